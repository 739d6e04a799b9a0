//! Several funds as one: what a county adds up is what each fund's verified ledger states.

use crate::report::formats::sheets;
use crate::town::{Town, place};
use calamine::Data;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use yishan::domain::money::Fen;
use yishan::domain::text::Lang;
use yishan::publish::Site;
use yishan::rollup::{Audited, Flowed, List, NoLeg, Rollup, Standing};
use yishan::verify::Verdict;

type Folder = BTreeMap<String, Vec<u8>>;
/// Whether a line is none for the reason that is wanted.
type Wanted = fn(&NoLeg) -> bool;

fn published(town: &Town) -> Folder {
    let site = Site::new(town);
    let file = |path: String| (path.clone(), site.file(&path).unwrap().unwrap());
    let mut folder: Folder = site.paths(None).unwrap().into_iter().map(file).collect();
    let proof = |(path, day)| (path, site.day_proof(day).unwrap().unwrap());
    folder.extend(site.day_proofs(None).into_iter().map(proof));
    folder
}

/// Funds and their list, as it is being written.
struct County {
    list: String,
    folders: BTreeMap<String, Folder>,
}

impl County {
    fn new() -> County {
        County { list: "name = \"镇原县日行一善\"\n".to_owned(), folders: BTreeMap::new() }
    }

    fn place(&mut self, id: &str, level: &str, parent: Option<&str>) {
        let parent = parent.map(|p| format!("parent = \"{p}\"\n")).unwrap_or_default();
        writeln!(
            self.list,
            "[[fund]]\nid = \"{id}\"\nname = \"{id} <b>&\"\nlevel = \"{level}\"\n{parent}"
        )
        .unwrap();
    }

    fn fund(&mut self, id: &str, level: &str, parent: Option<&str>, town: &Town) {
        self.place(id, level, parent);
        writeln!(self.list, "source = \"{id}/public\"\nkey = \"{}\"", town.verifier()).unwrap();
        self.folders.insert(id.to_owned(), published(town));
    }

    fn flow(&mut self, (from, paid): (&str, &str), (to, received): (&str, &str)) {
        writeln!(
            self.list,
            "[[flow]]\nfrom = \"{from}\"\npaid = \"{paid}\"\nto = \"{to}\"\nreceived = \"{received}\""
        )
        .unwrap();
    }

    fn rolled_up(&self) -> Rollup {
        let list = List::parse(&self.list).unwrap();
        let standing = |at: usize| {
            let folder = self.folders.get(list.funds[at].id.as_str());
            let audited = folder.and_then(|folder| list.audit(at, folder, &mut |_| {}));
            audited.map_or(Standing::Place, Audited::standing)
        };
        Rollup::new(&list, (0..list.funds.len()).map(standing).collect()).unwrap()
    }
}

fn town(id: &str) -> Town {
    Town::of(&format!("yishan.example/{id}"), id)
}

fn fen(fen: u64) -> Fen {
    Fen::new(fen).unwrap()
}

/// A county, one township with a fund and two villages, one without and a community.
fn small() -> County {
    let mut county = County::new();
    let mut xian = town("xian");
    xian.take(100_000);
    xian.take(5_000);
    xian.close();
    let mut zhen = town("zhen");
    zhen.take(7_000);
    zhen.spend(5_000);
    zhen.close();
    let mut cun = town("cun");
    cun.gifts(3);
    cun.close();
    cun.close();
    let mut er = town("er");
    er.take(1);
    county.fund("xian", "county", None, &xian);
    county.fund("zhen", "township", Some("xian"), &zhen);
    county.fund("cun", "village", Some("zhen"), &cun);
    county.place("xiang", "township", Some("xian"));
    county.fund("er", "village", Some("xiang"), &er);
    county
}

#[test]
fn a_county_is_the_sum_of_what_its_funds_closed_with() {
    let rollup = small().rolled_up();
    let why: Vec<&str> = rollup.funds.iter().map(|fund| fund.standing.why(Lang::En)).collect();
    assert_eq!((rollup.verdict(), why.concat()), (Verdict::Verified, String::new()));
    let total = rollup.total();
    assert_eq!((total.ledgers, total.verified), (4, 4));
    // 100,000 + 5,000 of the county, 7,000 of the township, 100 + 101 + 102 of the village; what
    // the other village has not closed yet is not there.
    assert_eq!(total.figures.received, fen(112_303));
    assert_eq!(total.figures.spent, fen(5_000));
    assert_eq!(total.figures.held, fen(107_303));
    assert!(total.figures.add_up());
    let days = total.closed.map(|(first, last)| (first.to_string(), last.to_string()));
    assert_eq!(days, Some(("2026-11-20".into(), "2026-11-21".into())));
    let zhen = rollup.funds.iter().find(|fund| fund.listed.id.as_str() == "zhen").unwrap();
    assert_eq!((zhen.depth, zhen.sum.figures.received), (1, fen(7_303)));
    let xiang = rollup.funds.iter().find(|fund| fund.listed.id.as_str() == "xiang").unwrap();
    assert!(matches!(xiang.standing, Standing::Place));
    assert_eq!((xiang.sum.ledgers, xiang.sum.closed), (1, None));
}

#[test]
fn money_from_one_fund_to_another_is_counted_once_if_both_ledgers_say_so() {
    let mut county = small();
    county.flow(("zhen", "5/0"), ("xian", "3/0"));
    let rollup = county.rolled_up();
    assert_eq!(rollup.flows[0].1, Flowed::Both(fen(5_000)));
    let total = rollup.total();
    assert_eq!((total.between, total.figures.received), (fen(5_000), fen(112_303)));
    assert_eq!((total.income(), total.spending()), (fen(107_303), fen(0)));
    // It went out of the township, and so is no flow within it.
    let zhen = rollup.funds.iter().find(|fund| fund.listed.id.as_str() == "zhen").unwrap();
    assert_eq!((zhen.sum.between, zhen.sum.spending()), (fen(0), fen(5_000)));
}

/// Whoever adds up a column in a spreadsheet must come to what the table and the page say.
#[test]
fn the_workbook_says_cell_by_cell_what_the_table_says_and_its_figures_are_numbers() {
    let mut county = small();
    county.flow(("zhen", "5/0"), ("xian", "3/0"));
    let rollup = county.rolled_up();
    let [all, flows] = &sheets(rollup.xlsx().unwrap())[..] else { panic!("two sheets") };
    let text = rollup.csv();
    let mut table = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let rows: Vec<_> = table.records().map(Result::unwrap).collect();
    // Above the table's head: a title, what it is in, and a free row.
    assert_eq!(all.len(), rows.len() + 3);
    let mut numbers = 0;
    for (row, cells) in rows.iter().zip(&all[3..]) {
        for (plain, cell) in row.iter().map(|plain| plain.trim_start_matches('\u{feff}')).zip(cells)
        {
            match cell {
                Data::Empty => assert_eq!(plain, ""),
                Data::String(text) => assert_eq!(plain.trim_start_matches('\''), text),
                // Rounding to the fen is for the test alone: the file holds decimal text.
                Data::Float(yuan) if plain.contains('.') => assert_eq!(format!("{yuan:.2}"), plain),
                Data::Float(count) => assert_eq!(count.to_string(), plain),
                Data::Int(count) => {
                    assert!([format!("{count}.00"), count.to_string()].contains(&plain.to_owned()));
                }
                other => panic!("{plain} is {other:?} in the workbook"),
            }
            numbers += usize::from(matches!(cell, Data::Float(_) | Data::Int(_)));
        }
    }
    assert!(numbers > 50, "only {numbers} numbers");
    assert!(
        flows[1].contains(&Data::Float(50.0)) || flows[1].contains(&Data::Int(50)),
        "{flows:?}"
    );
}

#[test]
fn a_flow_that_the_ledgers_do_not_show_is_told_and_takes_nothing_off() {
    let cases: [(&str, &str, Wanted, &str); 5] = [
        ("99/0", "3/0", |why| matches!(why, NoLeg::NoLine { .. }), "paid"),
        ("3/0", "3/0", |why| matches!(why, NoLeg::NotPaid { .. }), "paid"),
        ("2/0", "3/0", |why| matches!(why, NoLeg::NotPaid { .. }), "paid"),
        ("5/0", "1/0", |why| matches!(why, NoLeg::NotIncome { .. }), "received"),
        ("5/0", "3/7", |why| matches!(why, NoLeg::NoLine { .. }), "received"),
    ];
    for (paid, received, wanted, side) in cases {
        let mut county = small();
        county.flow(("zhen", paid), ("xian", received));
        let rollup = county.rolled_up();
        match (&rollup.flows[0].1, side) {
            (Flowed::Paid(why), "paid") | (Flowed::Received(why), "received") => {
                assert!(wanted(why), "{why:?}");
            }
            (other, _) => panic!("{paid} {received}: {other:?}"),
        }
        assert_eq!(rollup.total().between, Fen::ZERO);
    }
    let mut county = small();
    county.flow(("zhen", "5/0"), ("xian", "2/0"));
    county.flow(("zhen", "4/0"), ("er", "2/0"));
    let rollup = county.rolled_up();
    assert_eq!(rollup.flows[0].1, Flowed::Differ(fen(5_000), fen(100_000)));
    assert_eq!(rollup.total().between, Fen::ZERO);

    // A gift that was given back, and one that no close covers yet.
    let (mut xian, mut zhen) = (town("xian"), town("zhen"));
    xian.take(5_000);
    xian.reverse("chen", "2/0", "sent by mistake");
    xian.close();
    xian.take(5_000);
    zhen.take(10_000);
    let (one, two) = (zhen.spend(5_000), zhen.spend(5_000));
    zhen.close();
    let mut county = County::new();
    county.fund("xian", "county", None, &xian);
    county.fund("zhen", "township", Some("xian"), &zhen);
    county.flow(("zhen", &one.to_string()), ("xian", "2/0"));
    county.flow(("zhen", &two.to_string()), ("xian", "5/0"));
    let flows = county.rolled_up().flows;
    let back = NoLeg::TakenBack { place: place("2/0"), by: place("3/0") };
    assert_eq!(flows[0].1, Flowed::Received(back));
    assert_eq!(flows[1].1, Flowed::Received(NoLeg::NotClosedYet { place: place("5/0") }));
}

#[test]
fn a_false_ledger_is_named_and_never_summed() {
    let mut county = small();
    let entries = county.folders.get_mut("cun").unwrap();
    let (path, bytes) =
        entries.iter_mut().find(|(path, _)| path.starts_with("tile/entries")).unwrap();
    let amount = bytes.windows(9).position(|part| part == b"\"fen\":100").expect(path);
    bytes[amount + 6] = b'9';
    county.flow(("zhen", "5/0"), ("cun", "2/0"));
    let rollup = county.rolled_up();
    assert_eq!(rollup.verdict(), Verdict::False);
    let total = rollup.total();
    assert_eq!((total.ledgers, total.verified), (4, 3));
    assert_eq!(total.figures.received, fen(112_000));
    assert_eq!(rollup.flows[0].1, Flowed::Unknown);
    for (lang, words) in [(Lang::Zh, "有假，未计入"), (Lang::En, "false, not in the sums")] {
        let page = rollup.page(lang).unwrap();
        assert!(page.contains(words), "{page}");
        assert!(page.contains("cun &#60;b&#62;&#38;") && !page.contains("<b>&"), "names are text");
    }
    assert!(rollup.csv().contains("cun,cun <b>&,village,zhen,false,1,0,,"), "{}", rollup.csv());
    assert_eq!(rollup.object()["funds"][2]["standing"], "false");
}

#[test]
fn a_ledger_that_cannot_be_had_makes_nothing_false_and_is_not_summed() {
    let mut county = small();
    county.folders.insert("er".to_owned(), Folder::new());
    let rollup = county.rolled_up();
    assert_eq!(rollup.verdict(), Verdict::Unchecked);
    assert_eq!((rollup.total().ledgers, rollup.total().verified), (4, 3));
    let er = rollup.funds.iter().find(|fund| fund.listed.id.as_str() == "er").unwrap();
    assert!(matches!(er.standing, Standing::Unchecked(_)));
    assert!(er.standing.why(Lang::Zh).contains("checkpoint"), "{}", er.standing.why(Lang::Zh));
}

/// 镇原: one county, 19 towns, 215 villages and 6 communities (its three levels), each with a small
/// fund whose gifts are one yuan and some fen.
#[test]
fn the_three_levels_of_a_whole_county_add_up_to_the_fen() {
    let mut county = County::new();
    let small = |id: &str, gifts: u64| {
        let mut fund = town(id);
        (0..gifts).for_each(|n| _ = fund.take(100 + n));
        fund.close();
        fund
    };
    county.fund("zhenyuan", "county", None, &small("zhenyuan", 1));
    for zhen in 0..19 {
        county.fund(
            &format!("z-{zhen}"),
            "township",
            Some("zhenyuan"),
            &small(&format!("z-{zhen}"), 2),
        );
    }
    for below in 0..221 {
        let (level, id) = if below < 215 { ("village", "c") } else { ("community", "s") };
        let (id, above) = (format!("{id}-{below}"), format!("z-{}", below % 19));
        county.fund(&id, level, Some(&above), &small(&id, 1));
    }
    let rollup = county.rolled_up();
    let total = rollup.total();
    assert_eq!((total.ledgers, total.verified, rollup.funds.len()), (241, 241, 241));
    let count = |level: &str| rollup.funds.iter().filter(|f| f.listed.tier.word() == level).count();
    assert_eq!((count("township"), count("village"), count("community")), (19, 215, 6));
    // 100 of the county, 201 of each town, 100 of each below.
    let want = 100 + 19 * 201 + 221 * 100;
    assert_eq!((total.figures.received, total.figures.held), (fen(want), fen(want)));
    // Each table adds up to the same: the funds' own rows, and the sums of the towns.
    let csv = rollup.csv();
    let cents = |yuan: &str| Fen::from_plain_yuan(yuan.as_bytes()).unwrap().get();
    let own =
        csv.lines().filter(|row| row.starts_with("基金")).map(|row| row.split(',').nth(8).unwrap());
    assert_eq!(own.map(cents).sum::<u64>(), want);
    let towns =
        rollup.funds.iter().filter(|fund| fund.depth == 1).map(|fund| fund.sum.figures.received);
    assert_eq!(towns.map(Fen::get).sum::<u64>() + 100, want);
}
