//! Goods at the donation stations, from the first bag of clothes to the stocktake.

use crate::days::{Town, id};
use yishan::domain::line::goods::stock::{Flow, Shelf, Stage, Stock};

days! {
    a_network_of_sites_grows_from_the_top_and_shrinks_from_below founded
    "chen site zong main  NoRole
     sun site zong main  ok
     sun site zong main  SiteExists
     sun site fen branch under=nowhere  UnknownSite
     sun site fen branch under=zong  ok
     sun site dian point under=fen  ok
     sun site gui post under=dian  ok
     sun site xiang post under=gui  SiteTooDeep
     sun vacate dian  SiteHasBelow
     chen vacate gui  NoRole
     sun vacate nowhere  UnknownSite
     sun vacate gui  ok
     sun vacate gui  SiteShut
     sun site gui post under=dian  SiteExists
     sun site xin post under=gui  SiteShut
     sun category clothes  ok
     sun category clothes  CategoryExists
     zhou category books  NoRole
     chen receive dian clothes 5 as r  ok
     zhou countersign @r  ok
     sun vacate dian  SiteNotEmpty
     chen dispatch dian zong clothes unchecked 5 as d  ok
     sun vacate zong  SiteHasBelow
     sun vacate dian  ok
     chen reverse @d  SiteShut
     zhou arrive @d 5  ok";

    one_person_alone_receives_nothing founded
    "sun site zong main + category clothes  ok
     zhao receive zong clothes 10  NoRole
     chen receive nowhere clothes 10  UnknownSite
     chen receive zong hats 10  UnknownCategory
     chen receive zong clothes 10 fen=500  ValueBasis
     chen receive zong clothes 10 basis=market  ValueBasis
     chen receive zong clothes 10 as r  ok
     chen inspect zong clothes 1 0  NotEnoughGoods
     chen countersign @r  SamePerson
     li countersign @r  NoRole
     zhou countersign 99/0  NoSuchLine
     zhou countersign 2/0  NoSuchLine
     zhou countersign @r  ok
     zhou countersign @r  SlipIs
     chen inspect zong clothes 0 0  NothingMoved
     zhou inspect zong clothes 1 0  NoRole
     chen inspect zong clothes 8 3  NotEnoughGoods
     chen inspect zong clothes 8 2  ok
     chen receive zong clothes 3 basis=voucher fen=9007199254740991 as s  ok
     zhou countersign @s  ok
     chen receive zong clothes 3 basis=voucher fen=1 as t  ok
     zhou countersign @t  TooMany
     chen reverse @t  ok
     zhou countersign @t  SlipIs";

    only_what_was_inspected_and_disinfected_is_issued founded
    "sun site zong main + category clothes + category books wash=false  ok
     chen nominate s-1 junior township + ask w-1 e-1  ok
     chen receive zong clothes 10 as r + receive zong books 4 as b  ok
     zhou countersign @r + countersign @b  ok
     chen inspect zong clothes 9 1 + inspect zong books 4 0 as i  ok
     chen issue zong clothes 1 to=community  NotEnoughGoods
     chen disinfect zong clothes 10  NotEnoughGoods
     zhao disinfect zong clothes 9  NoRole
     chen disinfect zong clothes 9 as d  ok
     chen issue zong clothes 1  OneRecipient
     chen issue zong clothes 1 to=community wish=w-1  OneRecipient
     chen issue zong clothes 1 student=s-2  UnknownStudent
     zhao issue zong clothes 1 to=community  NoRole
     chen issue zong clothes 3 student=s-1 as o  ok
     chen issue zong clothes 6 wish=w-1 as p + issue zong books 4 to=community  ok
     chen issue zong clothes 1 to=community  NotEnoughGoods
     chen acknowledge @o  SamePerson
     zhou acknowledge @o  ok
     zhou acknowledge @o  Acknowledged
     zhou acknowledge @d  NoSuchLine
     chen reverse @o  Acknowledged
     chen reverse @d  NotEnoughGoods
     chen reverse @i  NotEnoughGoods
     zhou reverse @p  NoRole
     chen reverse @p  ok
     chen reverse @p  AlreadyReversed
     zhou acknowledge @p  AlreadyReversed
     chen issue zong clothes 6 to=community  ok";

    goods_on_the_way_are_nowhere_until_signed_for founded
    "sun site zong main + site fen branch under=zong + category books wash=false  ok
     chen receive zong books 10 as r  ok
     zhou countersign @r  ok
     chen inspect zong books 10 0  ok
     chen dispatch zong zong books usable 5  SameSite
     chen dispatch zong nowhere books usable 5  UnknownSite
     chen dispatch zong fen books usable 11  NotEnoughGoods
     zhou dispatch zong fen books usable 5  NoRole
     chen dispatch zong fen books usable 6 as d + dispatch zong fen books usable 4 as e  ok
     chen issue fen books 1 to=school  NotEnoughGoods
     zhao arrive @d 6  NoRole
     chen arrive @d 6  SamePerson
     zhou arrive @r 6  NoSuchLine
     zhou arrive @d 7  MoreThanSent
     zhou arrive @d 5  ReasonNeeded
     zhou arrive @d 5 why=torn as a  ok
     zhou arrive @d 1  SlipIs
     chen reverse @d  StillNeeded
     chen reverse @e  ok
     zhou arrive @e 4  SlipIs
     chen issue fen books 5 to=school as i  ok
     zhou reverse @a  NotEnoughGoods
     chen reverse @i  ok
     zhou reverse @a  ok
     zhou arrive @d 6  ok
     chen issue fen books 6 to=school  ok";

    what_is_scrapped_an_approver_agreed_to founded
    "sun site zong main + category clothes  ok
     chen receive zong clothes 10 as r  ok
     zhou countersign @r  ok
     chen inspect zong clothes 4 6  ok
     zhou scrap zong clothes unfit 6  NoRole
     chen scrap zong clothes unfit 4 as s + scrap zong clothes unfit 4 as t  ok
     zhou countersign @s  NoRole
     li countersign @s  ok
     li countersign @t  NotEnoughGoods
     wang reverse @t  ok
     li reverse @s  ok
     chen scrap zong clothes unfit 6 as u  ok
     wang countersign @u  ok";

    what_is_sold_leaves_once_an_approver_agreed_and_is_paid_to_another founded
    "sun site zong main + category clothes  ok
     chen receive zong clothes 10 as r  ok
     zhou countersign @r  ok
     chen inspect zong clothes 4 6  ok
     zhou sell zong clothes unfit 6 700  NoRole
     chen sell zong clothes unfit 4 700 as s + sell zong clothes unfit 4 900 as t  ok
     zhao proceeds @s 700 wx #1  SlipIs
     zhou countersign @s  NoRole
     li countersign @s  ok
     li countersign @t  NotEnoughGoods
     = wx 0 free 0
     chen proceeds @s 700 wx #1  NoRole
     zhao proceeds @r 700 wx #1  NotA
     zhao proceeds 99/0 700 wx #1  NoSuchLine
     zhao proceeds @s 701 wx #1  OverSold
     zhao proceeds @s 700 none #1  UnknownAccount
     zhao proceeds @s 700 wx #1 paid=ahead  PaidInFuture
     zhao proceeds @s 700 wx #1 for=none  UnknownPot
     zhao proceeds @s 500 wx #1 as p  ok
     = wx 500 free 500
     zhao proceeds @s 201 wx #2  OverSold
     zhao proceeds @s 200 wx #1  RefUsed
     zhao proceeds @s 200 wx #2 as q  ok
     = wx 700 free 700
     chen reverse @s  StillNeeded
     chen reverse @p  NoRole
     zhao reverse @p + reverse @q  ok
     = wx 0 free 0
     wang reverse @t  ok
     li reverse @s  ok
     zhao proceeds @s 700 wx #3  SlipIs
     chen sell zong clothes unfit 6 700 as u  ok
     wang countersign @u  ok
     zhao proceeds @u 700 wx #3  ok";

    what_is_sold_for_a_purpose_goes_into_its_pot founded
    "sun pot books + pot county source=fiscal year=2026 + site zong main + category clothes  ok
     chen receive zong clothes 10 as r  ok
     zhou countersign @r  ok
     chen sell zong clothes unchecked 10 700 as s  ok
     li countersign @s  ok
     zhao proceeds @s 700 bank #1 for=county  OtherSource
     zhao proceeds @s 700 bank #1 for=books as p  ok
     = bank 700 free 0
     chen fee 1 bank #2  NotEnoughFree
     zhao reverse @p  ok
     zhao proceeds @s 700 bank #2 for=books  ok";

    who_writes_a_sale_does_not_take_the_money unfounded
    "sun found officers=sun:steward,ma:clerk+cashier,li:approver,bo:cashier  ok
     sun site zong main + category clothes + open wx wechat person  ok
     ma receive zong clothes 10 as r + sell zong clothes unchecked 10 700 as s  ok
     ma countersign @r  SamePerson
     li countersign @s  NotEnoughGoods
     sun vacate zong  ok
     li countersign @s  SiteShut
     sun site fen main + appoint bo2 #300 clerk  ok
     bo2 countersign @r  SiteShut
     ma receive fen clothes 10 as q + sell fen clothes unchecked 10 700 as t  ok
     bo2 countersign @q  ok
     li countersign @t  ok
     ma proceeds @t 700 wx #1  SamePerson
     bo proceeds @t 700 wx #1  ok";

    a_stocktake_is_confirmed_by_who_neither_counted_nor_moved unfounded
    "sun found officers=sun:steward,ma:clerk,bo:clerk,zhou:auditor,li:approver  ok
     sun site zong main + category books wash=false  ok
     ma receive zong books 10 as r  ok
     zhou countersign @r  ok
     li stocktake zong books unchecked 10 10  NoRole
     bo stocktake zong books unchecked 9 9  StockDiffers
     bo stocktake zong books unchecked 10 9  ReasonNeeded
     bo stocktake zong books unchecked 10 9 why=lost as a  ok
     bo countersign @a  SamePerson
     ma countersign @a  SamePerson
     ma inspect zong books 2 0  ok
     zhou countersign @a  StockDiffers
     bo stocktake zong books unchecked 8 9 why=found as b  ok
     zhou countersign @b  ok
     ma inspect zong books 9 0  ok
     bo reverse @b  NotEnoughGoods
     bo reverse @a  ok
     bo countersign @a  SlipIs";

    a_figure_taken_over_stays_a_lower_bound_until_it_is_counted founded
    "sun site zong main + category clothes  ok
     chen carry zong clothes usable 7000 15000 least  NoRole
     sun carry zong clothes usable 15001 15000 least  MoreThanReceived
     sun carry zong clothes usable 7000 15000 least as c + carry zong clothes usable 1 1 exact as d  ok
     zhou countersign @c  ok
     zhou countersign @d  ShelfInUse
     sun carry zong clothes usable 1 1 exact  ShelfInUse
     chen issue zong clothes 7001 to=school  NotEnoughGoods
     sun reverse @c  ok
     zhou countersign @d  ok";

    sites_categories_and_second_signatures_are_not_booked_back founded
    "sun site zong main as s + category clothes as c  ok
     chen receive zong clothes 1 as r  ok
     zhou countersign @r as k  ok
     sun reverse @s  NotReversible
     sun reverse @c  NotReversible
     zhou reverse @k  NotReversible
     chen reverse @r  ok
     sun vacate zong as v  ok
     sun reverse @v  NotReversible
     chen receive zong clothes 1  SiteShut";
}

fn stock(town: &Town, site: &str, category: &str) -> Stock {
    let shelf = Shelf { site: id(site), category: id(category) };
    town.books.goods.stock.get(&shelf).copied().unwrap_or_default()
}

/// 洮南: a main station, 18 branches in the townships and 100 collecting points.
fn taonan() -> Town {
    let mut town = Town::founded();
    town.live("sun site zong main  ok");
    for branch in 1..=18 {
        town.live(&format!("sun site fen-{branch} branch under=zong  ok"));
    }
    for point in 1..=100 {
        town.live(&format!("sun site dian-{point} point under=fen-{}  ok", 1 + point % 18));
    }
    town.live(
        "sun category clothes + category daily unit=台 wash=false + category books unit=本 wash=false  ok",
    );
    town
}

#[test]
fn the_first_day_of_taonan_and_the_month_after_it_add_up() {
    let mut town = taonan();
    let tree = town.books.goods.tree();
    let level = |n| tree.iter().filter(|(_, station)| station.level == n).count();
    assert_eq!((level(1), level(2), level(3), tree.len()), (1, 18, 100, 119));
    town.live(
        "chen receive zong clothes 5000 as a + receive zong daily 100 as b + receive zong books 1000 as c  ok
         zhou countersign @a + countersign @b + countersign @c  ok
         + 30d
         chen receive zong clothes 2000 as d  ok
         zhou countersign @d  ok",
    );
    let received = |category| stock(&town, "zong", category).flows.of(Flow::Received);
    assert_eq!(["clothes", "daily", "books"].map(received), [7000, 100, 1000]);
    assert_eq!(stock(&town, "zong", "clothes").of(Stage::Unchecked), 7000);
}

#[test]
fn the_862nd_of_861_things_is_not_issued() {
    let mut town = taonan();
    town.live(
        "chen receive zong daily 861 as a  ok
         zhou countersign @a  ok
         chen inspect zong daily 861 0  ok
         chen issue zong daily 861 to=救助站  ok
         chen issue zong daily 1 to=救助站  NotEnoughGoods",
    );
    let left = stock(&town, "zong", "daily");
    assert_eq!((left.on_hand(), left.flows.of(Flow::Issued)), (0, 861));
}

#[test]
fn a_lower_bound_is_told_as_one_until_a_stocktake() {
    let mut town = taonan();
    town.live(
        "sun carry zong clothes usable 7000 15000 least as c  ok
         zhou countersign @c  ok",
    );
    let carried = stock(&town, "zong", "clothes");
    assert_eq!((carried.at_least(), carried.vague), (Some(Stage::Usable), true));
    town.live(
        "chen stocktake zong clothes usable 7000 7013 why=counted as s  ok
         zhou countersign @s  ok",
    );
    let counted = stock(&town, "zong", "clothes");
    assert_eq!((counted.at_least(), counted.of(Stage::Usable)), (None, 7013));
    assert!(counted.vague, "what was received before the ledger is not counted");
}

#[test]
fn a_stocktake_taken_back_leaves_the_lower_bound_that_it_had_counted() {
    let mut town = taonan();
    town.live(
        "sun carry zong clothes usable 7000 15000 least as c  ok
         zhou countersign @c  ok
         chen stocktake zong clothes usable 7000 7013 why=counted as s + stocktake zong clothes unfit 0 0 as o  ok
         zhou countersign @s + countersign @o  ok
         chen stocktake zong clothes usable 7013 7013 as t  ok
         zhou countersign @t  ok
         chen reverse @o  ok
         chen reverse @s  ok",
    );
    let at_least = |town: &Town| stock(town, "zong", "clothes").at_least();
    assert_eq!(at_least(&town), None, "another stocktake counted it too");
    town.live("chen reverse @t  ok");
    assert_eq!(at_least(&town), Some(Stage::Usable));
    town.live("sun reverse @c  ok");
    assert_eq!(at_least(&town), None, "nothing is taken over any more");
}

#[test]
fn a_stocktake_from_before_the_figure_does_not_make_it_exact() {
    let mut town = taonan();
    town.live(
        "chen stocktake zong clothes usable 0 0 as s  ok
         zhou countersign @s  ok
         sun carry zong clothes usable 7000 15000 least as c  ok
         zhou countersign @c  ok
         chen reverse @s  ok",
    );
    assert_eq!(stock(&town, "zong", "clothes").at_least(), Some(Stage::Usable));
}

#[test]
fn a_ledger_opens_at_most_1000_sites_and_50_categories() {
    let mut town = Town::founded();
    for first in (0..1000).step_by(100) {
        let all: Vec<_> = (first..first + 100).map(|n| format!("site s-{n} main")).collect();
        town.live(&format!("sun {}  ok", all.join(" + ")));
    }
    town.live("sun site s-1000 main  TooMany");
    let all: Vec<_> = (0..50).map(|n| format!("category c-{n}")).collect();
    town.live(&format!("sun {}  ok\nsun category c-50  TooMany", all.join(" + ")));
}

/// Whatever is done, on every shelf what came in is what is there and what went out.
#[test]
fn what_came_in_is_there_or_went_out() {
    for day in DAYS {
        let town = day();
        let (mut sent, mut arrived) = (0, 0);
        for (shelf, stock) in town.books.goods.stock.iter() {
            let sum = |flows: &[Flow]| flows.iter().map(|flow| stock.flows.of(*flow)).sum::<u64>();
            let came = sum(&[Flow::Carried, Flow::Received, Flow::Arrived, Flow::Found]);
            let went = sum(&[Flow::Issued, Flow::Scrapped, Flow::Sold, Flow::Lost, Flow::Sent]);
            assert_eq!(came, stock.on_hand() + went, "{shelf:?}");
            assert!(stock.flows.of(Flow::Students) <= stock.flows.of(Flow::Issued));
            (sent, arrived) = (sent + sum(&[Flow::Sent]), arrived + sum(&[Flow::Arrived]));
        }
        let coming: u64 = town.books.goods.stock.iter().map(|(_, stock)| stock.coming).sum();
        assert_eq!(sent, arrived + coming);
    }
}
