//! The officer's desk: preview in words, confirm, sign, record, tell the place. Every writing verb
//! comes through here.

use super::booked::Payment;
use super::clock;
use super::error::{Error, Kind};
use super::fund::{Fund, ledger_error};
use super::pages::Pages;
use super::say::{Say, say};
use super::shell::{Report, Shell};
use super::unlock;
use crate::domain::books::Books;
use crate::domain::capitals::capitals;
use crate::domain::codec::List;
use crate::domain::english::agreed;
use crate::domain::entry::Voucher;
use crate::domain::line::Line;
use crate::domain::line::allocate::Proposed;
use crate::domain::line::funds::FundsRefusal;
use crate::domain::line::goods::GoodsRefusal;
use crate::domain::line::goods::slip::State as SlipState;
use crate::domain::money::Fen;
use crate::domain::refusal::Refusal;
use crate::domain::text::{Id, Lang, Nonce, Place, Ref};
use crate::domain::time::{Stamp, Wall};
use crate::import::number;
use crate::ledger::{Ledger, Mode, Signed};
use serde_json::json;

/// How many lines a preview and a report spell out.
const LINES_SHOWN: usize = 20;

/// A fund with its ledger open, and who sits at it.
pub(crate) struct Desk<'s, 'c> {
    /// Terminal, clock, options.
    pub(crate) shell: &'s mut Shell<'c>,
    /// The fund folder.
    pub(crate) fund: Fund,
    /// The ledger.
    pub(crate) ledger: Ledger,
    /// Who signs.
    pub(crate) by: Id,
}

impl<'s, 'c> Desk<'s, 'c> {
    /// Opens the fund for writing.
    pub(crate) fn open(shell: &'s mut Shell<'c>) -> Result<Desk<'s, 'c>, Error> {
        Desk::open_for(shell, Mode::Write)
    }

    /// Opens the fund for writing, or only for previews.
    pub(crate) fn open_for(shell: &'s mut Shell<'c>, mode: Mode) -> Result<Desk<'s, 'c>, Error> {
        let fund = Fund::open(shell)?;
        let by = unlock::signer(shell, &fund)?;
        let ledger = fund.ledger(shell, mode)?;
        Ok(Desk { shell, fund, ledger, by })
    }

    /// Now, in the fund's zone.
    pub(crate) fn now(&self) -> Result<Stamp, Error> {
        self.shell.now(self.ledger.books().founded()?.zone)
    }

    /// The time of a payment: as given, else now.
    pub(crate) fn paid(&self, given: Option<Wall>) -> Result<Wall, Error> {
        given.map_or_else(|| Ok(self.now()?.wall), Ok)
    }

    /// The reference of a payment by its number on the bill of its account; refuses a number that
    /// is booked, under whatever account.
    pub(crate) fn reference(&self, payment: Payment<'_>) -> Result<Ref, Error> {
        let Payment { number, account, suffix, .. } = payment;
        let kind = self.ledger.books().accounts.get(&account).map(|a| a.kind.word());
        let kind = kind.ok_or(Refusal::UnknownAccount { account })?;
        let plain = number::plain(kind, number).ok_or_else(|| odd(number))?;
        payment.is_new(self)?;
        let origin = self.ledger.origin().as_str();
        let made = crate::seal::reference(origin, &format!("{kind}{}", suffix.0), &plain);
        made.map(Ref)
            .map_err(|why| Error::because(say!("单号不能用", "the number cannot be used"), &why))
    }

    /// Random bytes.
    pub(crate) fn random<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.shell.ctx.random)(&mut bytes);
        bytes
    }

    /// Previews `lines`, asks, signs them in as many vouchers as they need, and records all of them
    /// at once.
    pub(crate) fn record(&mut self, lines: Vec<Line>) -> Result<Report, Error> {
        self.record_after(lines, |_| Ok(()))
    }

    /// Records `lines`, having done `first` between the person's yes and the ledger's: what is to
    /// be kept beside the ledger is kept before a line speaks of it, and not at all if nobody
    /// agrees.
    pub(crate) fn record_after(
        &mut self,
        lines: Vec<Line>,
        first: impl FnOnce(&Fund) -> Result<(), Error>,
    ) -> Result<Report, Error> {
        if lines.is_empty() {
            return Err(Error::new(
                Kind::NotFound,
                say!("没有要记的", "there is nothing to record"),
            ));
        }
        let shown = lines.clone();
        let mut pages = Pages::new(self.ledger.size());
        for line in lines {
            pages.push(line);
        }
        let mut vouchers = self.vouchers(pages)?;
        self.preview(&shown, &vouchers)?;
        self.shell.confirm(&say!("确认签字记账？", "Sign and record this?"))?;
        first(&self.fund)?;
        let results = self.enter(&mut vouchers)?;
        self.report(&vouchers, results)
    }

    /// Signs `vouchers` and records them as one group.
    pub(crate) fn enter(
        &mut self,
        vouchers: &mut [Voucher],
    ) -> Result<Vec<Result<u64, Refusal>>, Error> {
        let (last, now) = (self.ledger.books().last, self.now()?);
        clock::believe(self.shell, last, now)?;
        let key = unlock::officer_key(self.shell, &self.fund, self.by)?;
        // The person may have thought for a while: what is signed carries the time of signing.
        let at = self.now()?;
        for voucher in &mut *vouchers {
            voucher.made = at;
        }
        let signed: Vec<_> =
            vouchers.iter().map(|v| Signed::new(&key, self.ledger.origin(), v)).collect();
        self.ledger.append(&signed, at).map_err(|why| ledger_error(&why))
    }

    /// Vouchers around the lines of `pages`.
    pub(crate) fn vouchers(&mut self, pages: Pages) -> Result<Vec<Voucher>, Error> {
        let (by, made) = (self.by, self.now()?);
        let mut vouchers = Vec::new();
        for lines in pages.into_pages() {
            let nonce = Nonce(self.random());
            let lines = List::new(lines).ok_or_else(|| {
                Error::new(Kind::CouldNot, say!("凭证为空", "the voucher is empty"))
            })?;
            vouchers.push(Voucher { by, made, nonce, lines });
        }
        Ok(vouchers)
    }

    /// Shows what would be recorded and what it does to the balance, or says why it is refused.
    fn preview(&mut self, lines: &[Line], vouchers: &[Voucher]) -> Result<(), Error> {
        let (lang, by) = (self.shell.lang, self.by);
        let at = self.now()?;
        let after = self.ledger.preview(vouchers, at);
        let after = after.map_err(|why| blame(&self.ledger, vouchers, at, why))?;
        let head =
            lang.pick(format!("将要记账，{by} 签字："), format!("To be recorded, signed by {by}:"));
        let mut text = vec![self.shell.bold(&head)];
        for line in lines.iter().take(LINES_SHOWN) {
            let of = paid_for(line, self.ledger.books(), lang);
            text.push(format!("  {}{of}", line.tell(lang)));
            text.extend(
                in_capitals(line)
                    .map(|c| lang.pick(format!("    大写：{c}"), format!("    in capitals: {c}"))),
            );
        }
        if let Some(more) = lines.len().checked_sub(LINES_SHOWN).filter(|more| *more > 0) {
            text.push(lang.pick(format!("  … 另有 {more} 行"), format!("  … and {more} more")));
        }
        text.extend(changes(self.ledger.books(), &after, lang));
        self.shell.talk(&text.join("\n"))
    }

    fn report(
        &mut self,
        vouchers: &[Voucher],
        results: Vec<Result<u64, Refusal>>,
    ) -> Result<Report, Error> {
        let lang = self.shell.lang;
        let (mut text, mut rows, mut entries, mut refused) =
            (Vec::new(), Vec::new(), Vec::new(), None);
        for (voucher, result) in vouchers.iter().zip(results) {
            let entry = match result {
                Ok(entry) => entry,
                Err(why) => {
                    refused = refused.or(Some(why));
                    continue;
                }
            };
            entries.push(entry);
            for (line, number) in voucher.lines.iter().zip(0_u16..) {
                let place = Place { entry, line: number };
                let tell = line.tell(lang);
                text.push(
                    lang.pick(
                        format!("已记账 {place}  {tell}"),
                        format!("recorded {place}  {tell}"),
                    ),
                );
                rows.push(json!({"place": place.to_string(), "kind": line.tag(), "text": tell}));
            }
        }
        let total = text.len();
        if total > LINES_SHOWN {
            let count = entries.len();
            text = vec![lang.pick(
                format!("已记账 {total} 行，{count} 条记录"),
                agreed!("recorded {total} lines in {}", agreed!("{count} entries")),
            )];
        }
        match refused {
            Some(why) => {
                self.shell.talk(&text.join("\n"))?;
                Err(why.into())
            }
            None => Ok(Report::new(text.join("\n"), json!({"entries": entries, "lines": rows}))),
        }
    }
}

/// A refusal with the line that met it, if there are several: all lines before it are taken, and
/// all that reach it are refused.
fn blame(ledger: &Ledger, vouchers: &[Voucher], at: Stamp, why: Refusal) -> Error {
    let lines: Vec<&Line> = vouchers.iter().flat_map(|voucher| voucher.lines.iter()).collect();
    let (mut taken, mut refused) = (0, lines.len());
    while taken + 1 < refused {
        let half = usize::midpoint(taken, refused);
        match ledger.preview(&first(vouchers, half), at) {
            Ok(_) => taken = half,
            Err(_) => refused = half,
        }
    }
    let over = matches!(
        why,
        Refusal::Funds(FundsRefusal::OverManagement { .. } | FundsRefusal::OverCampaign { .. })
    );
    let error = Error::from(why.clone());
    let error = match waiting_goods(ledger, &why) {
        Some(hint) => error.hint(hint),
        None => error,
    };
    let Some(line) = lines.get(taken) else { return error };
    let error = match line {
        Line::Pay(pay) if over => {
            let of = pay.of;
            error.hint(say!(
                "yishan reverse {of} --why … --as 审批人，撤回这笔支出；其余的照付",
                "yishan reverse {of} --why … --as APPROVER takes the expense back; the others can be paid"
            ))
        }
        _ => error,
    };
    if lines.len() == 1 {
        return error;
    }
    let (number, zh, en) = (taken + 1, line.tell(Lang::Zh), line.tell(Lang::En));
    let at =
        say!("出在第 {number} 行：{zh}；什么也没有记", "line {number}: {en}; nothing was recorded");
    Error { causes: vec![at], ..error }
}

/// The slip that a second officer has to look at before there are enough goods at the site.
fn waiting_goods(ledger: &Ledger, why: &Refusal) -> Option<Say> {
    let Refusal::Goods(GoodsRefusal::NotEnoughGoods { site, category, .. }) = why else {
        return None;
    };
    let slips = &ledger.books().goods.slips;
    let mut waiting = slips.iter().filter(|(_, slip)| slip.state == SlipState::Waiting);
    let of = waiting.find_map(|(of, _)| match ledger.line(*of).ok()?? {
        Line::Receive(line) if line.site == *site && line.category == *category => Some(*of),
        _ => None,
    })?;
    Some(say!(
        "{of} 收到的还等第二人复核，复核后才算库存：yishan goods countersign {of} --as …",
        "what {of} received counts once a second officer signed: yishan goods countersign {of} --as …"
    ))
}

/// The first `count` lines of `vouchers`, in their vouchers.
fn first(vouchers: &[Voucher], mut count: usize) -> Vec<Voucher> {
    let mut some = Vec::new();
    for voucher in vouchers {
        let lines: Vec<Line> = voucher.lines.iter().take(count).cloned().collect();
        count -= lines.len();
        some.extend(List::new(lines).map(|lines| Voucher { lines, ..voucher.clone() }));
    }
    some
}

/// What a payment is for, where the books know it.
fn paid_for(line: &Line, books: &Books, lang: Lang) -> String {
    let Line::Pay(pay) = line else { return String::new() };
    match books.proposals.get(&pay.of).map(|proposal| proposal.what) {
        Some(Proposed::Allocation(student, _)) => {
            lang.pick(format!("（拨款给 {student}）"), format!(" (allocated to {student})"))
        }
        Some(Proposed::Expense(_)) => lang.pick("（支出）", " (an expense)").to_owned(),
        _ => String::new(),
    }
}

/// The amount that accounting forms want in capitals: promised and paid money.
fn in_capitals(line: &Line) -> Option<String> {
    match line {
        Line::Allocate(line) => Some(capitals(line.fen.fen())),
        Line::Pay(line) => Some(capitals(line.fen.fen())),
        Line::Expense(line) => Some(capitals(line.fen.fen())),
        _ => None,
    }
}

/// What changed between two states of the books, one line each.
fn changes(before: &Books, after: &Books, lang: Lang) -> Vec<String> {
    let (old, new) = (&before.sums.now, &after.sums.now);
    let mut rows = vec![
        (lang.pick("未安排结余", "free").to_owned(), old.free, new.free),
        (lang.pick("已安排待付", "promised").to_owned(), old.promised, new.promised),
    ];
    for (id, held) in &new.pots.0.0 {
        let name = lang.pick(format!("专项 {id}"), format!("pot {id}"));
        rows.push((name, old.pots.0.of(*id).unwrap_or_default(), *held));
    }
    rows.push((lang.pick("代收代付", "to be passed on").to_owned(), old.agency.0, new.agency.0));
    for (id, held) in &new.held.0 {
        let name = lang.pick(format!("账户 {id}"), format!("account {id}"));
        rows.push((name, old.held.of(*id).unwrap_or_default(), *held));
    }
    rows.retain(|(_, old, new)| old != new);
    let line = |(name, old, new): (String, Fen, Fen)| {
        format!("  {name}  {} → {}", old.grouped(), new.grouped())
    };
    rows.into_iter().map(line).collect()
}

/// The refusal of a number that a spreadsheet or a slip of the hand has damaged.
fn odd(number: &str) -> Error {
    let digits = number.chars().filter(|c| c.is_numeric()).count();
    let text = say!(
        "单号「{number}」有 {digits} 位数字，不是微信或支付宝给出的单号",
        "the number {number} has {digits} digits and is none that WeChat or Alipay gave"
    );
    Error::new(Kind::CouldNot, text).hint(say!(
        "微信交易单号至少 28 位数字，支付宝 16 到 32 位，不带别的字；请从账单详情照抄，勿经表格软件",
        "28 digits or more (WeChat) or 16 to 32 (Alipay) and no other words: copy it from the payment itself, not from a spreadsheet"
    ))
}
