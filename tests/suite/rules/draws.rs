//! Lots drawn by the root of a close, second visits, and officers who keep away from a student.

use crate::days::Town;

days! {
    a_student_who_was_drawn_waits_for_the_second_visit founded
    "chen nominate s-1 junior township  ok
     zhou visit s-1  ok
     zhou draw today  NoLot
     sun close today  ok
     zhou draw today  NoLot
     + 6d
     sun close today  ok
     zhou draw today  NoLot
     chen backcheck s-1  NotDrawn
     + 1d
     zhao close today  ok
     li admit s-1  NotCheckedYet
     li draw today  NoRole
     zhou draw today \"of\":1->\"of\":2  DrawDiffers
     zhou draw today \"size\":7->\"size\":6  DrawDiffers
     zhou draw today \"students\":[\"s-1->\"students\":[\"s-2  DrawDiffers
     chen draw today  ok
     chen draw today  Drawn
     li admit s-1  NotCheckedYet
     li backcheck s-1  NoRole
     zhou backcheck s-1  SamePerson
     chen backcheck s-2  UnknownStudent
     chen backcheck s-1 on=tomorrow  VisitAhead
     chen backcheck s-1 finding=unfit  ok
     chen backcheck s-1  Checked
     li admit s-1  StudentIs
     chen visit s-1  ok
     li admit s-1  ok
     chen backcheck s-1  NotDrawn
     chen leave s-1 moved  ok
     zhou backcheck s-1  StudentIs";

    a_second_visit_that_finds_need_opens_the_way founded
    "chen nominate s-1 junior township  ok
     zhou visit s-1  ok
     + 7d
     sun close today  ok
     sun draw today  ok
     chen backcheck s-1  ok
     li admit s-1  ok";

    who_visited_does_not_sign_the_close_that_draws founded
    "chen nominate s-1 junior township  ok
     chen visit s-1  ok
     + 8d
     chen close today  ok
     zhou draw today  NoLot
     + 1d
     zhao close today  ok
     zhou draw today  ok";

    the_policy_may_ask_for_draws_and_declarations unfounded
    "sun found backcheck=100 declare officers=sun:steward,chen:clerk,li:approver,zhao:cashier,zhou:auditor  ok
     sun open wx wechat federation  ok
     chen gift 100 wx #1 + nominate s-1 primary civil  ok
     zhou visit s-1  ok
     li admit s-1  NotDeclared
     li admit s-1 clear=true  NotDrawnYet
     sun close today  ok
     li admit s-1 clear=true  NotDrawnYet
     chen draw today  ok
     li admit s-1 clear=true  NotCheckedYet
     chen backcheck s-1  ok
     li admit s-1 clear=true  ok
     chen allocate s-1 60 as a  ok
     li approve @a  NotDeclared
     li approve @a clear=true  ok
     = free 40 promised 60";

    an_officer_with_a_conflict_decides_and_pays_nothing founded
    "chen conflict s-1 chen  UnknownStudent
     chen gift 100 wx #1 + nominate s-1 primary civil  ok
     chen conflict s-1 li  NoRole
     zhou conflict s-1 nobody  UnknownOfficer
     li conflict s-1 li  ok
     li conflict s-1 li  ConflictKnown
     zhou visit s-1  ok
     li admit s-1  Conflicted
     wang admit s-1  ok
     chen allocate s-1 60 as a  ok
     li approve @a  Conflicted
     wang approve @a  ok
     zhou conflict s-1 zhao + conflict s-1 chen  ok
     zhao pay @a 60 wx #2  Conflicted
     + 7d
     sun close today  ok
     sun draw today  ok
     chen backcheck s-1  Conflicted";

    one_officer_alone_cannot_keep_away unfounded
    "sun found solo officers=sun:clerk+approver+cashier+steward  ok
     sun nominate s-1 primary civil  ok
     sun visit s-1 + conflict s-1 sun  ok
     + 7d
     sun close today  ok
     sun draw today  ok
     sun backcheck s-1  ok
     sun admit s-1  ok";

    nothing_more_is_promised_to_who_was_found_out_of_need founded
    "chen gift 100 wx #1 + nominate s-1 primary civil  ok
     zhou visit s-1  ok
     li admit s-1  ok
     chen allocate s-1 60 as a  ok
     + 7d
     sun close today  ok
     sun draw today  ok
     chen backcheck s-1 finding=unfit  ok
     chen allocate s-1 5  FoundUnfit
     li approve @a  FoundUnfit
     zhou visit s-1  SamePerson
     zhou visit s-1 finding=unfit  ok
     li approve @a  FoundUnfit
     chen visit s-1  ok
     li approve @a  ok
     zhao pay @a 60 wx #2 as p  ok
     zhou acknowledge @p way=signed who=guardian sha256=#9  ok";

    a_lot_binds_before_anybody_says_what_fell founded
    "chen gift 100 wx #1 + nominate s-1 primary civil + nominate s-2 primary civil  ok
     zhou visit s-1  ok
     li admit s-1  ok
     chen allocate s-1 60 as a  ok
     + 7d
     sun close today  ok
     chen allocate s-1 5  NotCheckedYet
     li approve @a  NotCheckedYet
     chen backcheck s-1  ok
     sun draw today  ok
     chen backcheck s-1  Checked
     li approve @a  ok
     chen allocate s-1 5  ok";

    who_visited_first_does_not_overrule_the_second_visit founded
    "chen nominate s-1 primary civil  ok
     zhou visit s-1  ok
     + 7d
     sun close today  ok
     sun draw today  ok
     chen backcheck s-1 finding=unfit  ok
     zhou visit s-1  SamePerson
     li admit s-1  StudentIs
     chen visit s-1  ok
     zhou visit s-1  ok
     li admit s-1  ok";

    a_correction_names_both_figures_and_where_the_first_was_told founded
    "sun close today  ok
     chen notice 2/0 171 171  NothingCorrected
     chen notice 3/0 171 177  NoSuchLine
     zhao notice 2/0 171 177  NoRole
     chen notice 2/0 171 177  ok
     chen reverse 3/0  NotReversible";

    who_checked_again_does_not_admit unfounded
    "sun found officers=sun:steward,ma:clerk+approver,bo:clerk,li:approver  ok
     bo nominate s-1 primary civil + visit s-1  ok
     + 7d
     sun close today  ok
     sun draw today  ok
     ma backcheck s-1  ok
     ma admit s-1  SamePerson
     li admit s-1  ok";
}

/// Ten or more wait: a lot falls at once, and a tenth of them is drawn, rounded up.
#[test]
fn a_tenth_of_those_visited_is_drawn_by_the_root_of_the_close() {
    let mut town = Town::founded();
    let names: Vec<_> = (0..21).map(|n| format!("s-{n}")).collect();
    let each = |line: &str| {
        names.iter().map(|name| line.replace('S', name)).collect::<Vec<_>>().join(" + ")
    };
    town.live(&format!("chen {}  ok", each("nominate S junior township")));
    town.live(&format!("zhou {}  ok", each("visit S")));
    town.live("sun close today  ok\nzhou draw today  ok");
    let lot = town.books.students.lots.iter().next().unwrap().1.clone();
    assert_eq!((lot.of, lot.students.len()), (21, 3));
    // The same again, from the root as the tests compute it, spelled as the specification says.
    let root = yishan::tlog::root_of(
        &town.journal[..usize::try_from(lot.size).unwrap()]
            .iter()
            .map(|entry| yishan::tlog::leaf_hash(entry))
            .collect::<Vec<_>>(),
    );
    assert_eq!(lot.root.0, root.0);
    let mut order: Vec<_> = names
        .iter()
        .map(|name| {
            use sha2::Digest as _;
            let text = format!("yishan/draw/v1\n{}\n{name}\n", lot.root);
            (sha2::Sha256::digest(text.as_bytes()), name.clone())
        })
        .collect();
    order.sort();
    let drawn: Vec<_> = lot.students.iter().map(ToString::to_string).collect();
    let first: Vec<_> = order.into_iter().take(3).map(|(_, name)| name).collect();
    assert_eq!(drawn, first);
    for name in &names {
        let answer = town.say(&format!("li admit {name}"));
        let code = answer.err().map(|why| why.code());
        // Nobody has made the draw known.
        let want = drawn.contains(name).then_some("NotCheckedYet");
        assert_eq!(code, want, "{name}");
    }
}
