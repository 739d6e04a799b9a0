//! Bills of merchants, as WeChat Pay and Alipay write them.

use super::spoken;
use crate::domain::money::Fen;
use crate::domain::time::Wall;
use crate::import::Exact;
use std::fmt::Write as _;
use std::io::{self, Cursor, Write as _};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A trade, or a refund of one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Trade {
    /// When it was paid or given back.
    pub time: Wall,
    /// 微信订单号 or 支付宝交易号.
    pub id: String,
    /// How much.
    pub fen: Fen,
    /// 手续费, up to five digits behind the point.
    pub fee: String,
    /// Of a refund its number or batch, and its state.
    pub refund: Option<(String, String)>,
}

/// The layouts of WeChat's 交易账单.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Trades {
    /// Every trade.
    All,
    /// Those that were paid.
    Success,
    /// Refunds.
    Refund,
    /// Trades that were taken back.
    Revoked,
    /// Every trade, as before 2021.
    Before,
}

const FRONT: &str = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类";
const BACK: &str = "微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态";

impl Trades {
    fn header(self) -> String {
        let tail = "商品名称,商户数据包,手续费,费率";
        match self {
            Trades::Success => {
                format!("{FRONT},应结订单金额,代金券金额,{tail},订单金额,费率备注")
            }
            Trades::Refund | Trades::Revoked => format!(
                "{FRONT},应结订单金额,代金券金额,退款申请时间,退款成功时间,{BACK},{tail},订单金额,申请退款金额,费率备注"
            ),
            Trades::All => {
                format!(
                    "{FRONT},应结订单金额,代金券金额,{BACK},{tail},订单金额,申请退款金额,费率备注"
                )
            }
            Trades::Before => {
                let front = FRONT.replace("特约商户号", "子商户号");
                let back = BACK.replace("充值券退款金额", "代金券或立减优惠退款金额");
                format!("{front},总金额,代金券或立减优惠金额,{back},{tail}")
            }
        }
    }

    fn summary(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Trades::Before => &[
                ("总交易额", "总金额"),
                ("总退款金额", "退款金额"),
                ("总代金券或立减优惠退款金额", "代金券或立减优惠退款金额"),
                ("手续费总金额", "手续费"),
            ],
            _ => &[
                ("应结订单总金额", "应结订单金额"),
                ("退款总金额", "退款金额"),
                ("充值券退款总金额", "充值券退款金额"),
                ("手续费总金额", "手续费"),
                ("订单总金额", "订单金额"),
                ("申请退款总金额", "申请退款金额"),
            ],
        }
    }

    fn cell(self, column: &str, trade: &Trade) -> String {
        let refund = trade.refund.as_ref();
        let (given, back) = match refund {
            None => (trade.fen, Fen::ZERO),
            Some(_) => (Fen::ZERO, trade.fen),
        };
        match column {
            "交易时间" | "退款申请时间" | "退款成功时间" => spoken(trade.time),
            "商户号" => "1600000000".into(),
            "微信订单号" => trade.id.clone(),
            "商户订单号" => format!("S{}", trade.time.day()),
            "用户标识" => "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o".into(),
            "交易类型" => "NATIVE".into(),
            "交易状态" => match (refund, self) {
                (None, _) => "SUCCESS".into(),
                (_, Trades::Revoked) => "REVOKED".into(),
                _ => "REFUND".into(),
            },
            "货币种类" => "CNY".into(),
            "应结订单金额" | "订单金额" | "总金额" => given.to_string(),
            "退款金额" | "申请退款金额" => back.to_string(),
            "代金券金额"
            | "充值券退款金额"
            | "代金券或立减优惠金额"
            | "代金券或立减优惠退款金额" => "0.00".into(),
            "微信退款单号" => refund.map_or("0".into(), |(id, _)| id.clone()),
            "退款状态" => refund.map_or(String::new(), |(_, state)| state.clone()),
            "商品名称" => "日行一善".into(),
            "手续费" => trade.fee.clone(),
            "费率" => "0.60%".into(),
            _ => String::new(),
        }
    }
}

/// 交易账单: UTF-8, CRLF, a backtick before every cell but those of the two headers.
pub fn wechat_trades(layout: Trades, trades: &[Trade]) -> Vec<u8> {
    let header = layout.header();
    let mut out = format!("\u{feff}{header}\r\n");
    for trade in trades {
        let cells = header.split(',').map(|column| format!("`{}", layout.cell(column, trade)));
        let _ = write!(out, "{}\r\n", cells.collect::<Vec<_>>().join(","));
    }
    let names: Vec<_> = layout.summary().iter().map(|(name, _)| *name).collect();
    let _ = write!(out, "总交易单数,{}\r\n`{}", names.join(","), trades.len());
    for (_, column) in layout.summary() {
        let cells = trades.iter().filter_map(|trade| Exact::parse(&layout.cell(column, trade)));
        let sum = cells.fold(Exact::default(), Exact::plus).to_string();
        let digits = if *column == "手续费" { sum.len() } else { sum.len() - 3 };
        let _ = write!(out, ",`{}", sum.get(..digits).unwrap_or_default());
    }
    out.push_str("\r\n");
    out.into_bytes()
}

/// A row of an account: of WeChat's 资金账单 or Alipay's 账务明细.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Flow {
    /// When it was booked.
    pub time: Wall,
    /// 资金流水单号 or 账务流水号.
    pub id: String,
    /// 微信支付业务单号 or 业务流水号.
    pub order: String,
    /// 业务类型.
    pub kind: String,
    /// Whether money came in.
    pub inward: bool,
    /// How much.
    pub fen: Fen,
    /// 备注.
    pub note: String,
}

/// The balances after each row of an account that held `before`; nothing where it would be less.
fn balances(before: Fen, flows: &[Flow]) -> Vec<Fen> {
    let mut held = before;
    let each = flows.iter().map(|flow| {
        held = if flow.inward { held.plus(flow.fen) } else { held.minus(flow.fen) }
            .unwrap_or_default();
        held
    });
    each.collect()
}

/// Count and sum of the rows in one direction.
fn side(flows: &[Flow], inward: bool) -> (usize, Fen) {
    let some = flows.iter().filter(|flow| flow.inward == inward);
    some.fold((0, Fen::ZERO), |(n, sum), f| (n + 1, sum.plus(f.fen).unwrap_or(Fen::MAX)))
}

/// 资金账单 of an account that held `before`.
pub fn wechat_funds(before: Fen, flows: &[Flow]) -> Vec<u8> {
    let mut out = String::from(
        "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额（元）,账户结余（元）,资金变更提交申请人,备注,业务凭证号\n",
    );
    for (flow, held) in flows.iter().zip(balances(before, flows)) {
        let way = if flow.inward { "收入" } else { "支出" };
        let Flow { id, order, kind, fen, note, .. } = flow;
        let time = spoken(flow.time);
        let _ = writeln!(
            out,
            "`{time},`{order},`{id},`{kind},`{kind},`{way},`{fen},`{held},`1600000000API,`{note},`S1"
        );
    }
    let ((n, income), (m, spending)) = (side(flows, true), side(flows, false));
    let _ = write!(
        out,
        "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额\n`{}.0,`{n}.0,`{income},`{m}.0,`{spending}\n",
        flows.len()
    );
    out.into_bytes()
}

/// 业务明细, in GBK.
pub fn alipay_trades(trades: &[Trade]) -> Vec<u8> {
    let mut out = String::from(
        "#支付宝业务明细查询\r\n#账号：[20880000000000000156]\r\n#起始日期：[2026年03月01日 00:00:00]   终止日期：[2026年04月01日 00:00:00]\r\n#-----------------------------------------业务明细列表----------------------------------------\r\n支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注\r\n",
    );
    let (mut given, mut back) = ((0, Fen::ZERO), (0, Fen::ZERO));
    for Trade { time, id, fen, refund, .. } in trades {
        let (kind, sign, batch, side) = match refund {
            None => ("交易", "", "", &mut given),
            Some((batch, _)) => ("退款", "-", batch.as_str(), &mut back),
        };
        *side = (side.0 + 1, side.1.plus(*fen).unwrap_or(Fen::MAX));
        let time = spoken(*time);
        let _ = write!(
            out,
            "{id}\t,S1\t,{kind},日行一善,{time},{time},,,,,*津水(602***@example.com),{sign}{fen},{sign}{fen},0.00,0.00,0.00,0.00,0.00,,0.00,0.00,{batch},0.00,0.00,\r\n"
        );
    }
    let minus = if back.0 > 0 { "-" } else { "" };
    let _ = write!(
        out,
        "#-----------------------------------------业务明细列表结束------------------------------------\r\n#交易合计：{}笔，商家实收共{}元，商家优惠共0.00元\r\n#退款合计：{}笔，商家实收退款共{minus}{}元，商家优惠退款共0.00元\r\n#导出时间：[2026年04月01日 05:46:49]\r\n",
        given.0, given.1, back.0, back.1
    );
    encoding_rs::GB18030.encode(&out).0.into_owned()
}

/// 账务明细 of an account that held `before`, in GBK.
pub fn alipay_account(before: Fen, flows: &[Flow]) -> Vec<u8> {
    let mut out = String::from(
        "#支付宝账务明细查询\n#账号：[20880000000000000156]\n#起始日期：[2026年03月01日 00:00:00]   终止日期：[2026年04月01日 00:00:00]\n#-----------------------------------------账务明细列表----------------------------------------\n账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,账户余额（元）,交易渠道,业务类型,备注\n",
    );
    for (flow, held) in flows.iter().zip(balances(before, flows)) {
        let Flow { id, order, kind, fen, note, .. } = flow;
        let time = spoken(flow.time);
        let (income, spending) = if flow.inward {
            (fen.to_string(), "0.00".into())
        } else {
            (String::new(), format!("-{fen}"))
        };
        let _ = writeln!(
            out,
            "{id}\t,{order}\t,S1,日行一善,{time},,{income},{spending},{held},支付宝,{kind},{note}"
        );
    }
    let ((n, income), (m, spending)) = (side(flows, true), side(flows, false));
    let _ = write!(
        out,
        "#-----------------------------------------账务明细列表结束------------------------------------,,\n#支出合计：{m}笔，共{spending}元,,\n#收入合计：{n}笔，共{income}元,,\n#导出时间：[2026年04月01日 05:46:49],,\n"
    );
    encoding_rs::GB18030.encode(&out).0.into_owned()
}

/// The archive in which Alipay's merchants get a list: its summary beside it, both names in GBK and
/// not marked so.
///
/// # Errors
/// What the ZIP writer reports; in memory only an archive beyond 4 GiB.
pub fn alipay_zip(list: &[u8]) -> io::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // Names of the same length in bytes are written first and replaced by those in GBK.
    let names = ["20881234_业务明细.csv", "20881234_业务明细(汇总).csv"];
    let gbk = names.map(|name| encoding_rs::GB18030.encode(name).0.into_owned());
    let plain = [b'A', b'B'].map(|letter| move |len: usize| vec![letter; len]);
    let mut stand_ins = Vec::new();
    for ((name, make), bytes) in gbk.iter().zip(plain).zip([list, &b"#"[..]]) {
        let stand_in = make(name.len());
        zip.start_file(String::from_utf8_lossy(&stand_in), SimpleFileOptions::default())?;
        zip.write_all(bytes)?;
        stand_ins.push(stand_in);
    }
    let mut archive = zip.finish()?.into_inner();
    for (name, stand_in) in gbk.iter().zip(stand_ins) {
        let places: Vec<usize> = archive
            .windows(name.len())
            .enumerate()
            .filter(|(_, w)| *w == stand_in)
            .map(|w| w.0)
            .collect();
        for at in places {
            if let Some(place) = archive.get_mut(at..at + name.len()) {
                place.copy_from_slice(name);
            }
        }
    }
    Ok(archive)
}
