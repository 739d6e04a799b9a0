//! What the published files for programs say of the programme's parts, for the end of the story.

use super::{number, yuan};
use crate::cli::error::Error;
use crate::cli::fund::read;
use crate::cli::say::{Say, say};
use serde_json::{Value, json};
use std::path::Path;

/// The longest file that is read (bytes).
const FILE_MAX: u64 = 1 << 20;

/// The figures of the programme's parts.
pub(super) struct Parts {
    goods: Goods,
    volunteers: u64,
    times: u64,
    minutes: u64,
    wishes: u64,
    confirmed: u64,
    raised: u64,
    cost: u64,
    pots: u64,
    pairs: u64,
    entrusted: u64,
    passed: u64,
    /// Paid for goods that were sold, in fen.
    proceeds: u64,
    /// Of donation boxes: openings, what was counted in them, and what of it is in the bank (fen).
    openings: u64,
    counted: u64,
    deposited: u64,
    /// What came back of payments to students, in fen.
    back: u64,
    /// Receipts for offices, and what they are for, in fen.
    tickets: u64,
    receipted: u64,
    /// Students drawn to be visited again, and of how many.
    drawn: (usize, usize),
}

/// Units of all categories.
#[derive(Default)]
struct Goods {
    received: u64,
    issued: u64,
    gone: u64,
    sold: u64,
    coming: u64,
    stock: u64,
}

impl Parts {
    /// Reads them from `site`, where somebody else has verified them.
    pub(super) fn of(site: &Path, drawn: (usize, usize)) -> Result<Parts, Error> {
        let file = |name: &str| -> Result<Value, Error> {
            let bytes = read(&site.join("v1").join(name), FILE_MAX)?;
            let odd = || say!("v1/{name} 读不懂", "v1/{name} cannot be read");
            serde_json::from_slice(&bytes).map_err(|why| Error::because(odd(), &why))
        };
        let (goods, hours, wishes, funds) =
            (file("goods.json")?, file("hours.json")?, file("wishes.json")?, file("funds.json")?);
        let (boxes, tickets, status) =
            (file("boxes.json")?, file("tickets.json")?, file("status.json")?);
        let states = |kind: &str| wishes.pointer(&format!("/kinds/{kind}")).cloned();
        let states: Vec<Value> = ["wish", "need"].into_iter().filter_map(states).collect();
        let all = |value: &Value| {
            let counts = value.as_object().into_iter().flat_map(|states| states.values());
            counts.filter_map(Value::as_u64).sum::<u64>()
        };
        Ok(Parts {
            goods: Goods::of(&goods),
            volunteers: number(&hours, "/volunteers"),
            times: number(&hours, "/years/0/times"),
            minutes: number(&hours, "/years/0/minutes"),
            wishes: states.iter().map(all).sum(),
            confirmed: states.iter().map(|states| number(states, "/confirmed")).sum(),
            raised: number(&funds, "/campaigns/0/raised"),
            cost: number(&funds, "/campaigns/0/spent"),
            pots: number(&funds, "/restricted"),
            pairs: number(&funds, "/sponsors/pairs"),
            entrusted: number(&funds, "/sponsors/entrusted"),
            passed: number(&funds, "/sponsors/passed"),
            proceeds: number(&status, "/closed/ever/proceeds/fen"),
            openings: number(&boxes, "/openings"),
            counted: number(&boxes, "/counted"),
            deposited: number(&boxes, "/deposited"),
            back: number(&status, "/closed/ever/clawback/fen"),
            tickets: number(&tickets, "/codes/0/issued"),
            receipted: number(&tickets, "/codes/0/fen"),
            drawn,
        })
    }

    /// The same for people.
    pub(super) fn text(&self) -> String {
        let Goods { received, issued, gone, sold, coming, stock } = self.goods;
        let Parts { volunteers, times, minutes, wishes, confirmed, pairs, .. } = self;
        let (hours, rest) = (minutes / 60, minutes % 60);
        let [raised, cost, pots, entrusted, passed, proceeds] =
            [self.raised, self.cost, self.pots, self.entrusted, self.passed, self.proceeds]
                .map(yuan);
        let (drawn, of) = self.drawn;
        let told: [Say; 6] = [
            say!(
                "募捐活动募得 {raised} 元，成本 {cost}，专项结余 {pots}；结对 {pairs} 对，代收 {entrusted} 元、代付 {passed}，不算收到",
                "the campaign raised {raised} yuan and cost {cost}, {pots} left in its pot; {pairs} pairs, {entrusted} yuan entrusted and {passed} passed on, none of it received"
            ),
            self.cash(),
            say!(
                "物资收到 {received} 件，发放 {issued}，报废和短少 {gone}，变卖 {sold}（得 {proceeds} 元），在途 {coming}，在库 {stock}",
                "goods: {received} units received, {issued} issued, {gone} scrapped or lost, {sold} sold for {proceeds} yuan, {coming} on the way, {stock} in stock"
            ),
            say!(
                "志愿者 {volunteers} 名，服务 {times} 人次，{hours} 小时 {rest} 分",
                "{volunteers} volunteers served {times} times, {hours} h {rest} min"
            ),
            say!(
                "心愿和需求 {wishes} 个，已办结 {confirmed}",
                "{wishes} wishes and needs, {confirmed} confirmed"
            ),
            say!(
                "日结的根从 {of} 名学生中抽出 {drawn} 名复访，谁也选不了",
                "the root of a close drew {drawn} of {of} students to be visited again, and nobody could choose"
            ),
        ];
        told.map(|Say { zh, en }| format!("{zh}\n{en}")).join("\n")
    }

    /// Of boxes, of what came back, and of receipts.
    fn cash(&self) -> Say {
        let [counted, deposited, back, receipted] =
            [self.counted, self.deposited, self.back, self.receipted].map(yuan);
        let (openings, tickets) = (self.openings, self.tickets);
        say!(
            "募捐箱开箱 {openings} 次，两人点算 {counted} 元，已存银行 {deposited}；家庭退回 {back} 元；开捐赠票据 {tickets} 张 {receipted} 元",
            "donation boxes opened: {openings}, {counted} yuan counted by two, {deposited} in the bank; {back} yuan given back by a family; receipts for offices: {tickets}, for {receipted} yuan"
        )
    }

    /// The same for programs.
    pub(super) fn json(&self) -> Value {
        let Goods { received, issued, gone, sold, coming, stock } = self.goods;
        json!({
            "goods": {"received": received, "issued": issued, "gone": gone, "sold": sold, "coming": coming, "stock": stock, "proceeds": self.proceeds},
            "boxes": {"openings": self.openings, "counted": self.counted, "deposited": self.deposited},
            "clawback": self.back,
            "tickets": {"issued": self.tickets, "fen": self.receipted},
            "hours": {"volunteers": self.volunteers, "times": self.times, "minutes": self.minutes},
            "wishes": {"asked": self.wishes, "confirmed": self.confirmed},
            "campaign": {"raised": self.raised, "cost": self.cost, "pots": self.pots},
            "sponsors": {"pairs": self.pairs, "entrusted": self.entrusted, "passed": self.passed},
            "drawn": self.drawn.0,
        })
    }
}

impl Goods {
    fn of(file: &Value) -> Goods {
        let mut goods = Goods::default();
        let all = file.get("categories").and_then(Value::as_array).map(Vec::as_slice);
        for category in all.unwrap_or_default() {
            let of = |name: &str| number(category, &format!("/{name}"));
            goods.received += of("received");
            goods.issued += of("issued");
            goods.gone += of("scrapped") + of("lost");
            goods.sold += of("sold");
            goods.coming += of("coming");
            goods.stock += of("stock");
        }
        goods
    }
}
