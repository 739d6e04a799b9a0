//! 信息公开到期表: which report is due when (慈善法 §79, 慈善组织信息公开办法), and whether its
//! paper is in the ledger.
//!
//! A report of a campaign is a document that belongs to the line which opened the campaign, an
//! annual report one that belongs to a close of its year. Each paper serves for one date: the first
//! open one whose days had begun when it came.

use super::Ground;
use crate::domain::english::agreed;
use crate::domain::line::funds::campaign::Campaign;
use crate::domain::line::funds::year_of;
use crate::domain::text::{Id, Place};
use crate::domain::time::Day;
use crate::report::diary::Noted;
use crate::report::period::{Kind, Period};
use crate::report::table::{Cell, Column, Row, Table, Told, Weight};
use std::collections::BTreeMap;

/// A date, and what served for it.
struct Date {
    key: String,
    what: Told,
    /// The line that its paper belongs to; none yet for a year that is not over.
    of: Option<Place>,
    due: Day,
    paper: Option<(Day, Place)>,
}

impl Date {
    /// What became of it by `today`.
    fn state(&self, today: Day) -> Told {
        match self.paper {
            Some((day, place)) if day > self.due => Told::new(
                format!("{day} 已报（{place}），迟 {} 天", day.since(self.due)),
                agreed!("reported on {day} ({place}), {} days late", day.since(self.due)),
            ),
            Some((day, place)) => {
                Told::new(format!("{day} 已报（{place}）"), format!("reported on {day} ({place})"))
            }
            None if self.due < today => Told::new(
                format!("逾期 {} 天", today.since(self.due)),
                agreed!("overdue by {} days", today.since(self.due)),
            ),
            None => Told::new(
                format!("还有 {} 天", self.due.since(today)),
                agreed!("in {} days", self.due.since(today)),
            ),
        }
    }
}

impl Ground<'_> {
    /// The papers that belong to the line at `of`, in order.
    fn papers(&self, of: Place) -> Vec<(Day, Place)> {
        let papers = self.diary.papers.iter().filter(|paper| paper.line == of);
        papers.map(|Noted { place, day, .. }| (*day, *place)).collect()
    }

    fn campaign_dates(&self, id: Id, campaign: &Campaign) -> Vec<Date> {
        let (mut papers, mut begun) =
            (self.papers(campaign.opened).into_iter().peekable(), campaign.from);
        let (days, mut dates) = (campaign.reports_due(), Vec::new());
        let last = days.len();
        for (due, number) in days.into_iter().zip(1..) {
            // The full report is about the whole campaign, and comes after its end.
            let whole = number == last;
            let what = if whole {
                Told::new(
                    format!("{id} 募捐活动全面报告"),
                    format!("{id}: full report of the campaign"),
                )
            } else {
                Told::new(
                    format!("{id} 募捐活动第 {number} 次进展报告"),
                    format!("{id}: progress report {number}"),
                )
            };
            begun = if whole { campaign.until.max(begun) } else { begun };
            while papers.next_if(|(day, _)| *day < begun).is_some() {}
            let paper = papers.next();
            dates.push(Date {
                key: format!("{id}:{number}"),
                what,
                of: Some(campaign.opened),
                due,
                paper,
            });
            begun = due;
        }
        dates
    }

    /// The report of each year in which a day was closed: by 31 May of the next.
    fn annual_dates(&self) -> Vec<Date> {
        let closes = || self.books.days.iter().map(|(day, entry)| (year_of(*day), *entry));
        let year_closed: BTreeMap<u64, u64> = closes().map(|(year, entry)| (entry, year)).collect();
        let last: BTreeMap<u64, u64> = closes().collect();
        let mut papers: BTreeMap<u64, (Day, Place)> = BTreeMap::new();
        for Noted { place, day, line } in &self.diary.papers {
            if let Some(year) = year_closed.get(&line.entry) {
                papers.entry(*year).or_insert((*day, *place));
            }
        }
        let date = |(year, entry): (u64, u64)| {
            let due = Day::parse(format!("{:04}-05-31", year + 1).as_bytes())?;
            let of = (year_of(self.today) > year).then_some(Place { entry, line: 0 });
            let what = Told::new(
                format!("{year} 年度工作报告和财务会计报告"),
                format!("work and finance report of {year}"),
            );
            Some(Date { key: year.to_string(), what, of, due, paper: papers.get(&year).copied() })
        };
        last.into_iter().filter_map(date).collect()
    }
}

pub(super) fn fill(ground: &Ground<'_>) -> (Vec<Table>, Vec<Told>) {
    let year = Period::holding(Kind::Annual, ground.period.until);
    let mut dates = ground.annual_dates();
    for (id, campaign) in ground.books.funds.campaigns.iter() {
        dates.extend(ground.campaign_dates(*id, campaign));
    }
    // What was done in other years is of no use any more.
    dates.retain(|date| date.paper.is_none() || (year.from..=year.until).contains(&date.due));
    dates.sort_by(|a, b| (a.due, &a.key).cmp(&(b.due, &b.key)));
    let row = |date: Date| {
        let (what, state) = (date.what.clone(), Cell::Word(date.state(ground.today)));
        let cells = vec![
            Cell::Word(what),
            date.of.map_or(Cell::Nothing, |of| Cell::same(of.to_string())),
            state,
        ];
        Row { key: date.key, weight: Weight::Item, name: Told::same(date.due.to_string()), cells }
    };
    let columns = vec![
        Column::text("what", Told::new("报告", "report")),
        Column::text("of", Told::new("挂在", "belongs to")),
        Column::text("state", Told::new("情况", "state")),
    ];
    let of = Told::new("期限", "due");
    let rows = dates.into_iter().map(row).collect();
    let note = Told::new(
        "公开募捐超过六个月的，每三个月公布一次；结束后三个月内全面公布；年度报告每年 5 月 31 日前公布。公布后用 yishan document 报告文件 --of 位置 记入账本。",
        "A public campaign of more than six months reports every three, and in full within three months of its end; the annual report is due by 31 May. Once it is published, yishan document FILE --of PLACE ties it to the ledger.",
    );
    (vec![Table { key: "due", name: None, of, columns, rows }], vec![note])
}
