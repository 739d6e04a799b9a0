//! School terms, the standards of levels, and what students are promised within a term.

use crate::days::Town;

days! {
    a_term_and_a_standard_are_set_once_each founded
    "zhou term 2026-autumn 2026-09-01 2027-01-20  NoRole
     chen term 2026-autumn 2027-01-20 2026-09-01  TermDays
     chen term 2026-autumn 2026-09-01 2027-09-02  TermDays
     chen term 2026-autumn 2026-09-01 2027-01-20  ok
     sun term 2026-autumn 2026-09-01 2027-01-20  TermExists
     chen standard junior 1 75000  NoRole
     li standard junior 2 75000  StandardVersion
     li standard junior 1 75000 from=2026-08-01  ok
     li standard junior 1 80000 from=2027-01-01  StandardVersion
     li standard junior 2 80000 from=2026-08-01  StandardDay
     sun standard junior 2 80000 from=2027-01-01  ok";

    an_allocation_within_a_term_is_the_standard_or_says_why_not founded
    "chen gift 1000000 wx #1 + nominate s-1 junior township + nominate s-2 college self  ok
     zhou visit s-1 + visit s-2  ok
     li admit s-1 + admit s-2  ok
     chen allocate s-1 75000 within=2026-autumn/1  UnknownTerm
     chen term 2026-autumn 2026-09-01 2027-01-20 + term 2027-spring 2027-03-01 2027-07-10  ok
     chen allocate s-1 75000 within=2026-autumn/1  NoStandard
     li standard junior 1 75000 from=2026-08-01 + standard junior 2 80000 from=2027-01-01  ok
     chen allocate s-2 75000 within=2026-autumn/1  NoStandard
     chen allocate s-1 75000 within=2026-autumn/2  OtherStandard
     chen allocate s-1 74999 within=2026-autumn/1  OffStandard
     chen allocate s-1 75001 within=2026-autumn/1  OffStandard
     chen allocate s-1 75000 within=2026-autumn/1 as a  ok
     chen allocate s-1 1 within=2026-autumn/1  OffStandard
     chen allocate s-1 80000 within=2027-spring/2 as b  ok
     li approve @a  ok
     = free 925000 promised 75000
     li reject @b  ok
     chen allocate s-1 80000 within=2027-spring/2  ok
     chen allocate s-1 500  ok";

    what_names_no_term_where_there_is_a_standard_takes_two_approvals founded
    "chen gift 1000000 wx #1 + nominate s-1 junior township + nominate s-2 college self  ok
     zhou visit s-1 + visit s-2  ok
     li admit s-1 + admit s-2  ok
     chen allocate s-1 50000 as a  ok
     li standard junior 1 75000 from=2026-12-01  ok
     chen allocate s-1 50001 as b  ok
     + 30d
     chen allocate s-1 50002 as c + allocate s-2 50003 as d  ok
     li approve @a + approve @b + approve @c + approve @d  ok
     = promised 150004
     wang approve @c  ok
     = promised 200006";

    more_than_the_standard_takes_two_approvals founded
    "chen gift 1000000 wx #1 + nominate s-1 junior township  ok
     zhou visit s-1  ok
     li admit s-1  ok
     chen term 2026-autumn 2026-09-01 2027-01-20  ok
     li standard junior 1 50000 from=2026-08-01  ok
     chen allocate s-1 20000 within=2026-autumn/1/half as a  ok
     chen allocate s-1 30001 within=2026-autumn/1/illness as b  ok
     li approve @a  ok
     = free 980000 promised 20000
     li approve @b  ok
     = free 980000 promised 20000
     wang approve @b  ok
     = free 949999 promised 50001
     zhao pay @b 10000 wx #2 as p  ok
     li reverse @b  ok
     chen allocate s-1 20000 within=2026-autumn/1  ok
     zhao reverse @p  ok
     chen allocate s-1 10000 within=2026-autumn/1  ok";
}
