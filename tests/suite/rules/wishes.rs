//! Wishes and needs, and who stands by whom.

use crate::days::Town;

days! {
    a_wish_goes_from_being_asked_to_being_confirmed_with_evidence founded
    "sun org qianan corps + volunteer v-1 qianan + volunteer v-2 qianan  ok
     chen ask w-1 s-1  UnknownStudent
     chen ask w-1 v-9  UnknownVolunteer
     chen nominate s-1 primary community  ok
     li ask w-1 s-1  NoRole
     chen ask w-1 s-1 + ask w-8 v-1 + ask w-7 e-1  ok
     chen ask w-1 s-1  WishExists
     chen claim w-9 volunteer=v-1  UnknownWish
     chen claim w-1  WishRoute
     chen claim w-1 volunteer=v-9  UnknownVolunteer
     sun volunteer v-2 qianan standing=left  ok
     chen claim w-1 volunteer=v-2  VolunteerLeft
     chen deliver w-1 #1  WishIs
     zhao claim w-1 volunteer=v-1  NoRole
     chen claim w-1 volunteer=v-1  ok
     chen claim w-1 volunteer=v-1  WishIs
     chen confirm w-1 #1  WishIs
     li deliver w-1 #1  NoRole
     chen deliver w-9 #1  UnknownWish
     chen deliver w-1 #1 of=9/9  NoSuchLine
     chen deliver w-1 #1 of=1/0  NotA
     chen deliver w-1 #1  ok
     chen escalate w-1 county  WishIs
     li drop w-1  WishIs
     chen confirm w-1 #2  SamePerson
     zhao confirm w-1 #2  NoRole
     zhou confirm w-1 #1  SameEvidence
     zhou confirm w-1 #2  ok
     zhou confirm w-1 #2  WishIs";

    what_policy_can_solve_goes_to_the_office founded
    "sun org qianan corps + volunteer v-1 qianan  ok
     chen ask w-1 e-1 kind=need category=rights office=残联  ok
     chen claim w-1 volunteer=v-1  WishRoute
     chen claim w-1  ok
     zhao deliver w-1 #1  ok
     zhou confirm w-1 #2  ok";

    a_wish_nobody_claims_goes_up_and_waits_anew founded
    "sun org qianan corps + volunteer v-1 qianan  ok
     chen ask w-1 e-1  ok
     chen escalate w-9 county  UnknownWish
     zhao escalate w-1 township  NoRole
     chen escalate w-1 village  WishRank
     chen claim w-1 volunteer=v-1  ok
     li escalate w-1 township  ok
     li escalate w-1 township  WishRank
     chen deliver w-1 #1  WishIs
     chen escalate w-1 county  ok
     chen escalate w-1 county  WishRank
     chen drop w-1  NoRole
     li drop w-9  UnknownWish
     li drop w-1 why=beyond  ok
     li drop w-1  WishIs
     chen escalate w-1 county  WishIs";

    the_officer_who_took_a_wish_on_is_no_witness_of_it founded
    "sun org qianan corps + volunteer v-1 qianan officer=zhou  ok
     chen ask w-1 e-1  ok
     chen claim w-1 volunteer=v-1  ok
     zhao deliver w-1 #1  ok
     zhou confirm w-1 #2  SamePerson
     chen confirm w-1 #2  ok";

    a_delivery_rests_on_a_payment_that_stands founded
    "chen gift 1000 wx #1 + nominate s-1 primary community  ok
     zhou visit s-1  ok
     li admit s-1  ok
     chen allocate s-1 600 as a  ok
     li approve @a  ok
     zhao pay @a 250 wx #2 as p + pay @a 150 wx #3 as q  ok
     zhao reverse @p  ok
     sun org qianan corps + volunteer v-1 qianan  ok
     chen ask w-1 s-1 + claim w-1 volunteer=v-1  ok
     chen deliver w-1 #4 of=@p  AlreadyReversed
     chen deliver w-1 #4 of=@q  ok
     zhao reverse @q as z  ok
     zhou confirm w-1 #5  GroundReversed
     chen deliver w-1 #4 of=@q  AlreadyReversed
     zhao pay @a 150 wx #6 as r  ok
     chen deliver w-1 #4 of=@r  ok
     chen deliver w-1 #4 of=@r  WishIs
     zhou confirm w-1 #5  ok";

    a_delivery_rests_on_what_was_for_the_wish founded
    "chen gift 1000 wx #1 + nominate s-1 primary community + nominate s-2 primary community  ok
     zhou visit s-1 + visit s-2  ok
     li admit s-1 + admit s-2  ok
     chen allocate s-2 600 as a + expense programme 20 as x  ok
     li approve @a + approve @x  ok
     zhao pay @a 250 wx #2 as p + pay @x 20 wx #3 as q  ok
     sun org qianan corps + volunteer v-1 qianan  ok
     chen ask w-1 s-1 + claim w-1 volunteer=v-1  ok
     chen deliver w-1 #4 of=@p  OtherWish
     chen deliver w-1 #4 of=@q  ok";

    goods_are_issued_for_a_wish_that_waits_for_them founded
    "sun site zong main + category books wash=false + org qianan corps + volunteer v-1 qianan  ok
     chen receive zong books 10 as r  ok
     zhou countersign @r  ok
     chen inspect zong books 10 0  ok
     chen issue zong books 1 wish=w-9  UnknownWish
     chen ask w-1 e-1 + ask w-2 e-2 + ask w-3 e-3  ok
     chen claim w-1 volunteer=v-1 + claim w-2 volunteer=v-1  ok
     li drop w-3  ok
     chen issue zong books 1 wish=w-3  WishIs
     chen issue zong books 1 wish=w-1 as i + issue zong books 1 to=school as s  ok
     chen deliver w-2 #1 of=@i  OtherWish
     chen deliver w-1 #1 of=@s  OtherWish
     chen deliver w-1 #1 of=@i  ok
     chen issue zong books 1 wish=w-1  WishIs
     chen reverse @i  ok
     zhou confirm w-1 #2  GroundReversed
     chen deliver w-1 #1  ok
     zhou confirm w-1 #2  ok";

    each_beneficiary_has_helpers_by_name founded
    "sun org qianan corps + volunteer v-1 qianan + volunteer v-2 qianan  ok
     chen helpers s-1 helpers=v-1  UnknownStudent
     chen helpers v-9 helpers=v-1  UnknownVolunteer
     chen nominate s-1 primary community  ok
     li helpers s-1 helpers=v-1  NoRole
     chen helpers s-1 helpers=v-2,v-1  HandlesOrder
     chen helpers s-1 helpers=v-1,v-1  HandlesOrder
     chen helpers s-1 helpers=v-9  UnknownVolunteer
     chen helpers s-1 helpers=v-1,v-2  ok
     sun volunteer v-2 qianan standing=left  ok
     chen helpers s-1 helpers=v-1,v-2  VolunteerLeft
     chen helpers s-1  ok
     chen terms 1 2 3 4  NoRole
     sun terms 1 2 3 2  ok";
}
