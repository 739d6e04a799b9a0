//! Money that is not for everything: pots, campaigns, offices and platforms, expenses.

use crate::days::Town;

days! {
    restricted_money_serves_its_purpose_alone founded
    "li pot books  NoRole
     sun pot books for=books + pot desks for=desks  ok
     sun pot books  PotExists
     chen gift 500 wx #1 for=books as g + gift 70 wx #2 + gift 30 wx #3 for=books  ok
     = free 70 pot:books 530 pot:desks 0 wx 600
     chen gift 1 wx #4 for=none  UnknownPot
     chen interest 9 wx #4 for=books  ok
     = free 70 pot:books 539
     chen refund @g 100 wx #5 as r  ok
     = free 70 pot:books 439
     chen reverse @r  ok
     chen fee 71 wx #6  NotEnoughFree
     chen nominate s-1 junior township  ok
     zhou visit s-1  ok
     li admit s-1  ok
     chen allocate s-1 600 from=books as a + allocate s-1 400 from=books as b  ok
     chen allocate s-1 1 from=none  UnknownPot
     li approve @a  NotEnoughInPot
     li approve @b  ok
     = free 70 pot:books 139 promised 400
     zhao pay @b 150 wx #7 as p  ok
     li reverse @b  ok
     = free 70 pot:books 389 promised 0
     zhao reverse @p  ok
     = free 70 pot:books 539 promised 0 wx 609
     chen reverse @g  ok
     = pot:books 39";

    money_of_different_sources_is_kept_apart founded
    "sun pot county source=fiscal  PotYear
     sun pot county year=2026  PotYear
     sun pot county source=fiscal year=2026 + pot nine source=matching + pot misc source=other  ok
     chen grant 80000000 bank #1 for=county as y  ok
     chen match 130000 bank #2 for=nine as m + match 5 bank #3  ok
     = pot:county 80000000 pot:nine 130000 free 5
     chen gift 1 wx #4 for=county  OtherSource
     chen gift 1 wx #4 for=misc  ok
     chen grant 1 bank #5 for=nine  OtherSource
     chen match 1 bank #5 for=county  OtherSource
     chen grant 1 bank #5 for=none  UnknownPot
     chen match 1 bank #5 for=none  UnknownPot
     zhao grant 1 bank #5 for=county  NoRole
     zhao match 1 bank #5  NoRole
     chen grant 1 none #5 for=county  UnknownAccount
     chen match 1 none #5  UnknownAccount
     chen grant 1 bank #5 for=county paid=ahead  PaidInFuture
     chen match 1 bank #5 paid=ahead  PaidInFuture
     chen grant 1 bank #1 for=county  RefUsed
     chen match 1 bank #1  RefUsed
     zhao reverse @y  NoRole
     zhao reverse @m  NoRole
     chen reverse @y + reverse @m  ok
     = pot:county 0 pot:nine 0 free 5 bank 5";

    money_leaves_a_pot_only_by_a_change_that_others_approve founded
    "sun pot books + pot desks + pot county source=fiscal year=2026  ok
     chen gift 500 wx #1 for=books + document #9 as doc  ok
     chen document #9 as doc  ok
     chen rededicate books 100 to=books filing=A-1  SamePot
     chen rededicate books 100 to=county filing=A-1  OtherSource
     chen rededicate none 100 filing=A-1  UnknownPot
     chen rededicate books 100 to=none filing=A-1  UnknownPot
     chen rededicate books 100 to=desks  NoConsent
     chen rededicate books 100 to=desks consent=99/0  NoSuchLine
     chen rededicate books 100 to=desks consent=1/0  NotA
     li rededicate books 100 to=desks filing=A-1  NoRole
     chen rededicate books 100 to=desks consent=@doc as c + rededicate books 401 filing=A-1 as d  ok
     sun rededicate books 1 filing=A-1 as e  ok
     chen approve @c  NoRole
     sun approve @c  NoRole
     li approve @c  ok
     = pot:books 400 pot:desks 100 free 0
     li approve @d  NotEnoughInPot
     li approve @e  ok
     = pot:books 399 free 1
     li approve @e  NotPending
     li reject @d  ok
     zhao pay @c 1 wx #2  OverAllocated
     li reverse @c  NotReversible";

    a_campaign_says_all_that_the_law_asks founded
    "li campaign autumn filing=A-1  NoRole
     sun campaign autumn  NotFiled
     sun campaign autumn filing=A-1 until=2026-11-21  CampaignDays
     sun campaign autumn filing=A-1 account=none  UnknownAccount
     sun open own wechat person + open box cash federation  ok
     sun shut box  ok
     sun campaign autumn filing=A-1 account=own  PersonsAccount
     sun campaign autumn filing=A-1 account=box  AccountShut
     sun pot books campaign=autumn  UnknownCampaign
     sun campaign autumn filing=A-1 until=2026-11-24 + pot books campaign=autumn  ok
     sun campaign circle reach=members  ok
     chen gift 1 wx #1 for=books paid=2026-11-21T23:59:59  OutsideCampaign
     chen gift 1 wx #1 for=books  ok
     sun campaign autumn until=2026-11-25  NotFiled
     sun campaign autumn filing=A-1 until=2026-11-25  FilingKnown
     sun campaign circle reach=members  FilingKnown
     sun campaign autumn filing=A-2 until=2026-11-25  ok
     + 3d
     chen gift 1 wx #2 for=books  ok
     + 1d
     chen gift 1 wx #3 for=books  OutsideCampaign
     chen interest 1 wx #3 for=books  ok
     sun campaign autumn filing=A-3 until=2026-12-25  OutsideCampaign
     = pot:books 3";

    what_is_not_for_students_is_proposed_approved_and_paid_alike founded
    "sun pot books  ok
     chen gift 1000 wx #1 for=books + gift 1000 wx #2  ok
     li expense programme 200  NoRole
     chen expense programme 200 from=none  UnknownPot
     chen expense programme 200 campaign=none  UnknownCampaign
     chen expense programme 200 from=books as a + expense programme 300 as b  ok
     chen approve @a  NoRole
     zhao pay @a 1 wx #3  NotApproved
     li approve @a + approve @b  ok
     = pot:books 800 free 700 promised 500
     li pay @a 1 wx #3  NoRole
     zhao pay @a 201 wx #3  OverAllocated
     zhao pay @a 200 wx #3 as p + pay @b 100 wx #4  ok
     = promised 200 wx 1700
     li reverse @a  NothingLeft
     li reverse @b  ok
     = free 900 promised 0
     zhao reverse @p  ok
     = promised 200 wx 1900
     li reverse @a  ok
     = pot:books 1000 free 900 promised 0";

    management_costs_at_most_its_part_of_the_year founded
    "chen gift 100000 wx #1  ok
     chen expense programme 9000 as a + expense management 1000 as m + expense management 2 as n  ok
     li approve @a + approve @m + approve @n  ok
     zhao pay @m 1000 wx #2  OverManagement
     zhao pay @a 9000 wx #3 as p  ok
     zhao pay @m 1000 wx #2 as q  ok
     zhao pay @n 1 wx #4  OverManagement
     zhao reverse @q  ok
     zhao pay @n 2 wx #4  ok
     zhao pay @m 999 wx #5  OverManagement
     zhao pay @m 998 wx #5  ok
     + 60d
     chen expense management 1001 as o + expense management 1000 as k  ok
     li approve @o + approve @k  ok
     zhao pay @o 1001 wx #6  OverManagement
     zhao pay @k 1000 wx #6  ok";

    a_campaign_costs_no_more_than_it_promised founded
    "sun campaign none filing=A-1 + campaign some filing=A-2 cost=500 + pot books campaign=some  ok
     chen expense management 5 campaign=none  NoCost
     chen expense fundraising 5 campaign=none  NoCost
     chen expense programme 5 campaign=none  ok
     chen gift 10019 wx #1 for=books as g + gift 100000 wx #2  ok
     chen expense fundraising 501 campaign=some as f + expense programme 9000 campaign=some as p  ok
     li approve @f + approve @p  ok
     zhao pay @p 9000 wx #3  ok
     zhao pay @f 501 wx #4  OverCampaign
     zhao pay @f 500 wx #4 as q  ok
     zhao pay @f 1 wx #5  OverCampaign
     zhao reverse @q  ok
     chen refund @g 19 wx #6  ok
     zhao pay @f 500 wx #7  ok";

    what_is_spent_from_a_pot_of_a_campaign_is_spent_by_the_campaign founded
    "sun campaign none filing=A-1 + campaign some filing=A-2 cost=500  ok
     sun pot books campaign=none + pot desks campaign=some + pot misc source=other  ok
     chen gift 1000 wx #1 for=books + gift 10000 wx #2 for=desks + gift 100 wx #3 for=misc  ok
     chen expense fundraising 1000 from=books  NoCost
     chen expense fundraising 1000 from=books campaign=some  OtherCampaign
     chen expense fundraising 5 from=misc campaign=none  NoCost
     chen expense programme 5 from=books campaign=some  OtherCampaign
     chen expense programme 5 from=books campaign=none + expense fundraising 5 from=misc  ok
     chen expense fundraising 501 from=desks as f + expense fundraising 1 from=desks campaign=some as g  ok
     li approve @f + approve @g  ok
     zhao pay @f 501 wx #4  OverCampaign
     zhao pay @f 500 wx #4  ok
     zhao pay @g 1 wx #5  OverCampaign";

    only_gifts_count_as_raised founded
    "sun campaign some filing=A-2 cost=500  ok
     sun pot desks campaign=some + pot gov source=fiscal year=2026 campaign=some + pot nine source=matching campaign=some  ok
     chen gift 1000 wx #1 for=desks as g + gift 100 wx #2  ok
     chen grant 800000 bank #3 for=gov + match 9000 bank #4 for=nine + interest 9000 bank #5 for=desks  ok
     chen expense fundraising 51 campaign=some as f + expense fundraising 1 from=gov as h  ok
     li approve @f + approve @h  ok
     zhao pay @f 51 wx #6  OverCampaign
     zhao pay @f 50 wx #6 as p  ok
     zhao pay @h 1 bank #7  OverCampaign
     zhao reverse @p  ok
     chen refund @g 20 wx #7  ok
     zhao pay @f 50 wx #8  OverCampaign
     zhao pay @f 49 wx #8  ok
     sun campaign some filing=A-3 cost=600  ok
     zhao pay @h 9 bank #9  OverAllocated
     zhao pay @h 1 bank #9  ok";

    fiscal_money_stays_in_its_budget founded
    "sun pot gov source=fiscal year=2026 + pot next source=fiscal year=2027 + pot more source=fiscal year=2026 + pot books  ok
     chen grant 800000 bank #1 for=gov  ok
     chen rededicate gov 800000 filing=A-1  FiscalStays
     chen rededicate gov 800000 to=next filing=A-1  FiscalStays
     chen rededicate gov 800000 to=books filing=A-1  OtherSource
     chen rededicate gov 800000 to=more filing=A-1 as r  ok
     li approve @r + approve @r  SamePerson
     li approve @r  ok
     wang approve @r  ok
     = pot:gov 0 pot:more 800000 free 0";

    nothing_was_paid_before_it_was_proposed founded
    "chen gift 100000 wx #1  ok
     + 50d
     chen expense programme 9000 as a + expense management 1000 as m  ok
     li approve @a + approve @m  ok
     zhao pay @a 9000 wx #2 paid=2026-12-31T12:00:00  PaidBeforeProposed
     zhao pay @a 9000 wx #2 paid=2020-01-01T12:00:00  PaidBeforeProposed
     zhao pay @m 1000 wx #3  OverManagement
     zhao pay @a 9000 wx #2 paid=2027-01-11T00:00:00  ok
     + 1d
     zhao pay @m 1000 wx #3 paid=2027-01-11T23:59:59  ok";

    an_own_cap_for_management_is_in_the_founding unfounded
    "sun found management=500 officers=chen:clerk,li:approver,zhao:cashier,sun:steward  ok
     sun open wx wechat federation  ok
     chen gift 9000 wx #1 + expense programme 950 as a + expense management 51 as m  ok
     li approve @a + approve @m  ok
     zhao pay @a 950 wx #2 + pay @m 51 wx #3  OverManagement
     zhao pay @a 950 wx #2 + pay @m 50 wx #3  ok";
}
