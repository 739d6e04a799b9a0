//! Years: closed once, in order, with exactly the replay's numbers.

use crate::days::Town;

days! {
    a_year_is_closed_once_it_is_over_and_its_days_are founded
    "sun year 2026  YearAhead
     chen gift 500 wx #1  ok
     + 60d
     sun year 2026  YearNothing
     chen close 2026-11-30  ok
     chen year 2026 why  NoRole
     sun year 2027  YearAhead
     sun year 2025  YearOrder
     chen gift 300 wx #2  ok
     sun year 2026 why  YearDaysOpen
     chen close  ok
     sun year 2026  YearUnexplained
     sun year 2026 \"days\":1->\"days\":2 why  YearDiffers
     sun year 2026 \"from\":0->\"from\":1 why  YearDiffers
     sun year 2026 \"gift\":[1,500]->\"gift\":[2,800] why  YearDiffers
     sun year 2026 \"closing\":{\"held\":{\"bank\":0->\"closing\":{\"held\":{\"bank\":1 why  YearDiffers
     sun year 2026 \"unreconciled\":[\"bank\"]->\"unreconciled\":[]  YearDiffers
     sun year 2026 why  ok
     sun year 2026 why  YearOrder
     = free 800 promised 0";

    no_day_of_a_closed_year_is_closed_any_more founded
    "chen gift 500 wx #1  ok
     chen close  ok
     + 60d
     zhou year 2026 why  ok
     sun year 2026 why  YearNothing
     chen gift 300 wx #2  ok
     chen close 2026-12-31  YearClosed
     chen close 2027-01-01  ok
     = free 800 promised 0";

    a_bank_account_reconciled_to_the_years_last_day_needs_no_word founded
    "chen gift 500 bank #1  ok
     chen close  ok
     + 60d
     zhou statement bank 2026-11-01 2026-11-22 0 500 1 #7  ok
     zhou year 2026  YearUnexplained
     zhou reconcile bank 2026-11-22 500 500 [0,0] [0,0] [0,0] [0,0] 0  ok
     zhou year 2026 \"unreconciled\":[]->\"unreconciled\":[\"bank\"]  YearDiffers
     zhou year 2026  ok";

    what_waits_at_the_years_end_is_counted_and_explained founded
    "chen gift 1000 wx #1 + nominate s-1 junior township + expense programme 100 for=van as e  ok
     zhou visit s-1  ok
     li admit s-1  ok
     chen allocate s-1 300 as a  ok
     li approve @a  ok
     zhao pay @a 100 wx #2 as p  ok
     zhao pay @a 50 wx #3 as q  ok
     sun shut bank  ok
     chen close  ok
     chen expense programme 50 for=late  ok
     + 60d
     sun year 2026 \"waiting\":1->\"waiting\":0  YearDiffers
     sun year 2026 \"waiting\":1,\"unacknowledged\":2->\"waiting\":1,\"unacknowledged\":1  YearDiffers
     sun year 2026  YearUnexplained
     zhou acknowledge @p  ok
     zhao reverse @q  ok
     sun year 2026  YearDaysOpen
     chen close 2027-01-05  ok
     sun year 2026  YearUnexplained
     li reject @e  ok
     sun year 2026  ok";

    what_a_closed_year_had_wrong_is_told_as_a_correction_of_years_before founded
    "chen gift 500 wx #1 as g + gift 200 wx #2 as h  ok
     sun shut bank  ok
     chen close  ok
     + 60d
     chen reverse @h  ok
     chen close  ok
     sun year 2026  ok
     chen gift 70 wx #3 as i  ok
     chen reverse @g  ok
     + 1d
     chen reverse @i  ok
     chen close  ok
     + 400d
     sun year 2027 \"prior\":{\"gift\":[1,500]->\"prior\":{\"gift\":[2,700]  YearDiffers
     sun year 2027 \"wx\":700->\"wx\":500  YearDiffers
     sun year 2027  ok
     = free 0 promised 0";
}
