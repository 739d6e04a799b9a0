//! The bills of a month: what 600 people gave, and what else a treasurer's wallets show.

use super::dice::Dice;
use super::people::{DONORS, SHOPS, nickname};
use crate::domain::money::Fen;
use crate::domain::time::{Day, Wall};
use crate::import::Direction;
use crate::import::sample::{Sample, SampleRow, alipay_csv, wechat_csv, wechat_xlsx_2026};

/// Gifts of the month less what went back or was booked by mistake, in fen: 38,178.62 yuan.
pub(super) const RECEIVED: u64 = 3_817_862;
/// The days of the month.
pub(super) const DAYS: u64 = 30;
/// The largest red packet, in fen.
const PACKET_MAX: u64 = 20_000;
/// Cash that comes in on one day and is no row of a bill, in fen.
pub(super) const CASH: u64 = 23_660;
/// The day on which that cash is booked, counting from 0.
pub(super) const CASH_ON: u64 = 7;

/// The gift and refund that stand in one bill, in fen: one yuan meant, a hundred sent.
const HUNDRED: (u64, u64, u64) = (3, 10_000, 9_900);
/// The gift that the treasurer sent back by hand, in fen.
const SENT_BACK: (u64, u64) = (13, 2_000);
/// Income of a kind the program does not know, which a person takes for a gift.
const UNKNOWN: (u64, u64) = (16, 520);
/// Alipay's withdrawal, whose fee only a person knows: amount with the fee, and the fee.
const ALIPAY_OUT: (u64, u64, u64) = (20, 300_300, 300);
/// WeChat's withdrawals: amount with the fee, and the fee.
const WECHAT_OUT: [(u64, u64, u64); 3] =
    [(9, 700_700, 700), (19, 1_001_000, 1_000), (27, 850_850, 850)];

/// One evening's bills, as the phone exported them.
pub(super) struct Evening {
    /// The day.
    pub(super) day: Day,
    /// File names and bytes, in the order of importing.
    pub(super) bills: Vec<(String, Vec<u8>)>,
    /// What a person decided about rows of these bills, as a decisions file holds it.
    pub(super) decisions: String,
    /// The number of one gift, for the donor who asks.
    pub(super) number: String,
}

/// The month under construction.
struct Pen {
    dice: Dice,
    rows: u64,
    decisions: String,
    wechat: Vec<SampleRow>,
    alipay: Vec<SampleRow>,
}

/// The bills of each evening from `first` on.
pub(super) fn evenings(first: Day) -> std::io::Result<Vec<Evening>> {
    let (dice, decisions) = (Dice::new("yishan demo: bills"), String::new());
    let mut pen = Pen { dice, rows: 0, decisions, wechat: Vec::new(), alipay: Vec::new() };
    let mut evenings: Vec<Evening> = Vec::new();
    let mut left = RECEIVED;
    for number in 0..DAYS {
        let Some(day) = first.offset(number.cast_signed()) else { break };
        // Up to a seventh more or less than what is left on each day that is left.
        let mean = left / (DAYS - number);
        let spread = pen.dice.below(mean / 7 * 2);
        let target = if number == DAYS - 1 { left } else { mean - mean / 7 + spread };
        left -= target;
        let (from, to) = (pen.wechat.len(), pen.alipay.len());
        pen.day(number, day, target);
        let bills = bills(&pen, number, day, (from, to))?;
        let mut today = pen.wechat.iter().skip(from);
        let gift = today.find(|row| row.direction == Direction::In);
        let number = gift.map(|row| row.id.clone()).unwrap_or_default();
        let decisions = std::mem::take(&mut pen.decisions);
        evenings.push(Evening { day, bills, decisions, number });
    }
    Ok(evenings)
}

/// The files of one evening. On Sundays WeChat's bill covers the week, so most of it is known.
fn bills(
    pen: &Pen,
    number: u64,
    day: Day,
    since: (usize, usize),
) -> std::io::Result<Vec<(String, Vec<u8>)>> {
    // The first of the month is a Wednesday.
    let week = (number % 7 == 4).then(|| day.offset(-6)).flatten();
    let of_week = |row: &&SampleRow| week.is_some_and(|from| row.time.day() >= from);
    let today = pen.wechat.get(since.0..).unwrap_or_default();
    let rows: Vec<SampleRow> = match week {
        Some(_) => pen.wechat.iter().filter(of_week).cloned().collect(),
        None => today.to_vec(),
    };
    let wechat = sample(week.unwrap_or(day), day, rows);
    let csv = number.is_multiple_of(2) && week.is_none();
    let bytes = if csv { wechat_csv(&wechat)? } else { wechat_xlsx_2026(&wechat)? };
    let name = format!("微信支付账单-{day}.{}", if csv { "csv" } else { "xlsx" });
    let alipay =
        alipay_csv(&sample(day, day, pen.alipay.get(since.1..).unwrap_or_default().to_vec()))?;
    Ok(vec![(name, bytes), (format!("支付宝交易明细-{day}.csv"), alipay)])
}

fn sample(from: Day, to: Day, mut rows: Vec<SampleRow>) -> Sample {
    rows.sort_by_key(|row| std::cmp::Reverse(row.time));
    Sample {
        owner: "一善记账".into(),
        from: at(from, 0),
        to: at(to, 21 * 3600),
        exported_at: at(to, 21 * 3600 + 60),
        export_kind: "全部".into(),
        rows,
    }
}

/// A second of a day.
fn at(day: Day, second: u64) -> Wall {
    let text = format!("{day}T{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
    #[expect(clippy::expect_used, reason = "a day and a second of it are a time")]
    Wall::parse(text.as_bytes()).expect("a second of a day")
}

fn fen(fen: u64) -> Fen {
    Fen::new(fen).unwrap_or(Fen::MAX)
}

impl Pen {
    fn day(&mut self, number: u64, day: Day, target: u64) {
        let special = self.special(number, day);
        let mut rest = target.saturating_sub(special);
        while rest > 0 {
            let amount = self.amount().min(rest);
            rest -= amount;
            self.gift(day, amount);
        }
        for _ in 0..3 + self.dice.below(5) {
            self.shopping(day);
        }
        if number == 8 {
            // The same row twice in one file counts once.
            let twice = self.wechat.iter().rfind(|row| row.direction == Direction::In).cloned();
            self.wechat.extend(twice);
        }
    }

    /// Most people give one yuan; some what is left in the pocket, some for a week or a month.
    fn amount(&mut self) -> u64 {
        match self.dice.below(1000) {
            0..620 => 100,
            620..700 => 1 + self.dice.below(199),
            700..760 => self.dice.of(&[66, 88, 166, 520, 666, 888], 100),
            760..880 => self.dice.of(&[200, 300, 500, 700, 1000], 100),
            880..930 => self.dice.of(&[1400, 1500, 2000], 100),
            930..968 => 3000,
            968..986 => 5000,
            986..996 => 10_000,
            _ => PACKET_MAX,
        }
    }

    /// From six in the morning until the bill is exported at nine.
    fn time(&mut self, day: Day) -> Wall {
        let second = match self.dice.below(10) {
            0..4 => 6 * 3600 + self.dice.below(3 * 3600),
            4..6 => 11 * 3600 + self.dice.below(2 * 3600),
            6..9 => 18 * 3600 + self.dice.below(3 * 3600),
            _ => 9 * 3600 + self.dice.below(9 * 3600),
        };
        at(day, second)
    }

    fn id(&mut self, wechat: bool, day: Day) -> String {
        self.rows += 1;
        let (digits, row) = (day.to_string().replace('-', ""), self.rows);
        if wechat {
            format!("1000050001{digits}{row:06}{:04}", self.dice.below(10_000))
        } else {
            format!("{digits}220014{row:06}{:08}", self.dice.below(100_000_000))
        }
    }

    fn gift(&mut self, day: Day, amount: u64) {
        let donor = usize::try_from(self.dice.below(DONORS as u64)).unwrap_or_default();
        let (time, party) = (self.time(day), nickname(donor));
        if self.dice.below(5) == 0 {
            let id = self.id(false, day);
            self.alipay.push(SampleRow::alipay_gift(time, &party, fen(amount), &id));
        } else {
            let id = self.id(true, day);
            let mut row = SampleRow::wechat_gift(time, &party, fen(amount), &id);
            if self.dice.below(3) == 0 {
                (row.kind, row.item, row.status) =
                    ("微信红包".into(), String::new(), "已存入零钱".into());
            }
            self.wechat.push(row);
        }
    }

    /// The treasurer's own life: nothing of it may reach the ledger.
    fn shopping(&mut self, day: Day) {
        let time = self.time(day);
        let (party, amount) = (self.dice.of(&SHOPS, "老街包子铺"), 500 + self.dice.below(8_000));
        let wechat = self.dice.below(2) == 0;
        let id = self.id(wechat, day);
        let row = SampleRow {
            kind: if wechat { "商户消费" } else { "日用百货" }.into(),
            item: "小票".into(),
            direction: Direction::Out,
            status: if wechat { "支付成功" } else { "交易成功" }.into(),
            ..SampleRow::wechat_gift(time, party, fen(amount), &id)
        };
        if wechat { self.wechat.push(row) } else { self.alipay.push(row) }
    }

    /// What does not happen every day. Returns what it adds to the day's received money, in fen.
    fn special(&mut self, number: u64, day: Day) -> u64 {
        let mut added = 0;
        if number == CASH_ON {
            added += CASH;
        }
        if number == HUNDRED.0 {
            added += self.hundred(day);
        }
        if number == SENT_BACK.0 {
            self.sent_back(day);
        }
        if number == UNKNOWN.0 {
            added += self.unknown(day);
        }
        if number == 5 {
            self.expired(day);
        }
        if let Some((_, amount, fee)) = WECHAT_OUT.iter().find(|(on, ..)| *on == number) {
            self.withdrawal(day, *amount, *fee);
        }
        if number == ALIPAY_OUT.0 {
            self.alipay_withdrawal(day);
        }
        added
    }

    /// A donor sent a hundred instead of one, and WeChat gave 99 back: the bill links the two.
    fn hundred(&mut self, day: Day) -> u64 {
        let (_, sent, back) = HUNDRED;
        let (id, order) = (self.id(true, day), self.id(true, day));
        let gift = SampleRow {
            status: format!("已退款(￥{})", fen(back)),
            other_id: order.clone(),
            ..SampleRow::wechat_gift(at(day, 44_000), &nickname(77), fen(sent), &id)
        };
        let refund = SampleRow {
            time: at(day, 45_000),
            kind: "二维码收款-退款".into(),
            direction: Direction::Out,
            fen: fen(back),
            status: format!("已退款(￥{})", fen(back)),
            id: order,
            other_id: String::new(),
            ..gift.clone()
        };
        self.wechat.extend([gift, refund]);
        sent - back
    }

    /// A gift that the treasurer sent back by hand: only a person can say so.
    fn sent_back(&mut self, day: Day) {
        let (gift, back) = (self.id(true, day), self.id(true, day));
        let row = SampleRow::wechat_gift(at(day, 30_000), &nickname(404), fen(SENT_BACK.1), &gift);
        let sent = SampleRow {
            time: at(day, 40_000),
            kind: "转账".into(),
            item: "转账备注:退回".into(),
            direction: Direction::Out,
            status: "对方已收钱".into(),
            id: back.clone(),
            ..row.clone()
        };
        self.wechat.extend([row, sent]);
        self.decide(
            "wechat",
            &back,
            &format!("as = \"refund-of\"\nof = \"{gift}\""),
            "电话确认：重复捐了，退回",
        );
    }

    /// Income of a kind that no layout names.
    fn unknown(&mut self, day: Day) -> u64 {
        let id = self.id(false, day);
        let row = SampleRow {
            kind: "其他".into(),
            ..SampleRow::alipay_gift(at(day, 50_000), &nickname(205), fen(UNKNOWN.1), &id)
        };
        self.alipay.push(row);
        self.decide("alipay", &id, "as = \"gift\"", "捐款人来电确认");
        UNKNOWN.1
    }

    /// The treasurer's own red packet that nobody opened, and a payment that was never made.
    fn expired(&mut self, day: Day) {
        let (packet, closed) = (self.id(true, day), self.id(false, day));
        let row = SampleRow::wechat_gift(at(day, 60_000), "河东小学家长群", fen(880), &packet);
        self.wechat.push(SampleRow {
            kind: "微信红包（群红包）".into(),
            direction: Direction::Out,
            status: "对方已退还".into(),
            ..row
        });
        let row = SampleRow::alipay_gift(at(day, 61_000), &nickname(311), fen(5_000), &closed);
        self.alipay.push(SampleRow { status: "交易关闭".into(), ..row });
    }

    fn withdrawal(&mut self, day: Day, amount: u64, fee: u64) {
        let id = self.id(true, day);
        let row = SampleRow {
            kind: "零钱提现".into(),
            item: String::new(),
            direction: Direction::Neutral,
            status: "提现已到账".into(),
            note: format!("服务费¥{}", fen(fee)),
            ..SampleRow::wechat_gift(at(day, 75_500), "洮南农商银行(0016)", fen(amount), &id)
        };
        self.wechat.push(row);
    }

    fn alipay_withdrawal(&mut self, day: Day) {
        let (id, (_, amount, fee)) = (self.id(false, day), ALIPAY_OUT);
        let row = SampleRow {
            kind: "账户存取".into(),
            item: "提现-实时提现".into(),
            direction: Direction::Neutral,
            ..SampleRow::alipay_gift(at(day, 75_500), "洮南农商银行(0016)", fen(amount), &id)
        };
        self.alipay.push(row);
        let decided = format!("as = \"withdrawal\"\nfee = \"{}\"", fen(fee));
        self.decide("alipay", &id, &decided, "支付宝回单上的服务费");
    }

    fn decide(&mut self, channel: &str, id: &str, decided: &str, note: &str) {
        let text = format!(
            "[[row]]\nchannel = \"{channel}\"\nid = \"{id}\"\n{decided}\nnote = \"{note}\"\n\n"
        );
        self.decisions.push_str(&text);
    }
}
