//! Receipts for offices: which gifts each is for, and what voids it.

use crate::days::Town;

days! {
    a_receipt_is_for_what_is_left_of_its_gifts founded
    "chen gift 500 wx #1 as g + gift 70 wx #2 as h + fee 3 wx #3 as f + gift 9 wx #4 as n  ok
     chen refund @h 20 wx #5  ok
     chen reverse @n  ok
     li ticket 11060126 0001 550 of=@g,@h  NoRole
     chen ticket 11060126 0001 551 of=@g,@h  TicketSum
     chen ticket 11060126 0001 570 of=@g,@h  TicketSum
     chen ticket 11060126 0001 550  TicketFor
     chen ticket 11060126 0001 550 of=@g,@h gifts=2 sha256=#7  TicketFor
     chen ticket 11060126 0001 550 of=@g,@h gifts=2  TicketFor
     chen ticket 11060126 0001 550 sha256=#7  TicketFor
     chen ticket 11060126 0001 550 gifts=0 sha256=#7  TicketFor
     chen ticket 11060126 0001 550 of=@h,@g  TicketOrder
     chen ticket 11060126 0001 1000 of=@g,@g  TicketOrder
     chen ticket 11060126 0001 503 of=@g,@f  NotA
     chen ticket 11060126 0001 9 of=@n  AlreadyReversed
     chen ticket 11060126 0001 9 of=99/0  NoSuchLine
     chen gift 9 wx #6 as own + ticket 11060126 0001 9 of=@own  NoSuchLine
     chen ticket 11060126 0001 550 of=@g,@h on=tomorrow  TicketAhead
     chen ticket 11060126 0001 550 of=@g,@h payer=organisation as t  ok
     = free 547 wx 547";

    a_gift_is_on_one_receipt_at_a_time_and_a_number_is_used_once founded
    "chen gift 500 wx #1 as g + gift 70 wx #2 as h  ok
     chen ticket 11060126 0001 500 of=@g as t  ok
     chen ticket 11060126 0001 70 of=@h  TicketUsed
     chen ticket 11060126 0002 570 of=@g,@h  Ticketed
     chen ticket 11060126 0002 70 of=@h + ticket 11060126 0003 70 of=@h  Ticketed
     chen ticket 11060126 1 70 of=@h as u  ok
     chen ticket 99 0001 100 gifts=3 sha256=#8 as l  ok
     chen ticket 99 0002 100 gifts=3 sha256=#8  TicketList
     li red 11060126 0004 @t  NoRole
     chen red 11060126 0001 @t  TicketUsed
     chen red 11060126 0004 @t on=tomorrow  TicketAhead
     chen red 11060126 0004 @g  NotA
     chen red 11060126 0004 99/0  NoSuchLine
     chen red 11060126 0004 @t as r  ok
     chen red 11060126 0005 @t  TicketVoid
     chen red 11060126 0005 @r  NotA
     chen ticket 11060126 0004 500 of=@g  TicketUsed
     chen ticket 11060126 0001 500 of=@g  TicketUsed
     chen ticket 11060126 0006 500 of=@g  ok
     chen red 99 0009 @l  ok
     chen ticket 99 0002 100 gifts=3 sha256=#8  ok
     chen reverse @t  NotReversible
     chen reverse @r  NotReversible";
}
