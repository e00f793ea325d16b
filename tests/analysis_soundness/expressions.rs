//! Random expressions over the series of a world: every operator, function and modifier comes up, and what the analysis
//! has rules of its own for comes up often.

use promql_syntax::ast::{AggregateOp, ValueType};
use promql_syntax::functions::{FUNCTIONS, Function, Variadic};

use crate::random::Random;
use crate::world::World;

/// An expression of any type that can be the value of a query.
pub(crate) fn generate(random: &mut Random, world: &World) -> String {
    let mut maker = Maker { random, world };
    let depth = 1 + maker.random.below(4);
    match maker.random.below(12) {
        0 => maker.scalar(depth),
        1..4 => maker.comparison(depth),
        _ => maker.vector(depth),
    }
}

struct Maker<'a> {
    random: &'a mut Random,
    world: &'a World,
}

const LABELS: [&str; 10] = [
    "job", "instance", "zone", "code", "path", "le", "extra", "__name__", "quantile", "new",
];
const VALUES: [&str; 9] = ["a", "b", "api", "web", "200", "0.5", "+Inf", "", "none"];

impl Maker<'_> {
    fn one_of<const N: usize>(&mut self, list: [&'static str; N]) -> &'static str {
        self.random.pick(&list)
    }

    fn vector(&mut self, depth: usize) -> String {
        if depth == 0 || self.random.chance(1, 9) {
            return self.selector();
        }
        let depth = depth - 1;
        match self.random.below(16) {
            0..4 => self.aggregation(depth),
            4..7 => self.function(depth, ValueType::InstantVector),
            7..9 => self.operation(depth),
            9 => format!("({})", self.comparison(depth)),
            10 => self.set_operation(depth),
            11 => self.whole_and_part(depth),
            12 => self.quantile(depth),
            13 => self.relabelling(depth),
            14 => format!("rate({})", self.range(0)),
            _ => match self.random.below(4) {
                0 => format!("-({})", self.vector(depth)),
                1 => format!("vector({})", self.scalar(depth)),
                2 => format!("absent({})", self.selector()),
                _ => format!("({})", self.vector(depth)),
            },
        }
    }

    fn name(&mut self) -> String {
        let at = self.random.below(self.world.names.len());
        self.world.names[at].clone()
    }

    fn matchers(&mut self) -> String {
        let count = self.random.pick(&[0, 0, 0, 1, 1, 2]);
        let list: Vec<String> = (0..count).map(|_| self.matcher()).collect();
        if list.is_empty() {
            String::new()
        } else {
            format!("{{{}}}", list.join(","))
        }
    }

    fn matcher(&mut self) -> String {
        let label = self.one_of(["job", "instance", "zone", "code", "path", "le", "extra"]);
        let value = self.random.pick(&VALUES);
        match self.random.below(9) {
            0..3 => format!("{label}=\"{value}\""),
            3 => format!("{label}!=\"{value}\""),
            4 => format!("{label}=~\"{value}|a\"").replace('+', "\\\\+"),
            5 => format!("{label}!~\"{value}|a\"").replace('+', "\\\\+"),
            6 => format!("{label}=~\"a.*\""),
            7 => format!("{label}=~\".+\""),
            _ => format!("{label}!~\"a.*|\""),
        }
    }

    fn modifiers(&mut self) -> &'static str {
        self.one_of([
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            " offset 1m",
            " offset -40s",
            " @ 300",
            " @ start()",
            " @ end() offset 1m",
        ])
    }

    fn selector(&mut self) -> String {
        if self.random.chance(1, 15) {
            let (a, b) = (self.name(), self.name());
            return format!("{{__name__=~\"{a}|{b}\"}}");
        }
        let (name, matchers, modifiers) = (self.name(), self.matchers(), self.modifiers());
        format!("{name}{matchers}{modifiers}")
    }

    fn range(&mut self, depth: usize) -> String {
        let length = self.one_of(["30s", "1m", "2m", "5m", "10m"]);
        if depth > 0 && self.random.chance(1, 3) {
            let inner = self.vector(depth - 1);
            let step = self.one_of(["", "15s", "30s", "50s"]);
            let modifiers = self.modifiers();
            return format!("({inner})[{length}:{step}]{modifiers}");
        }
        let (name, matchers, modifiers) = (self.name(), self.matchers(), self.modifiers());
        format!("{name}{matchers}[{length}]{modifiers}")
    }

    fn number(&mut self) -> &'static str {
        self.one_of([
            "0", "1", "-1", "2", "0.5", "100", "0.99", "10", "1e9", "NaN", "Inf", "-Inf", "-0.1", "1.5",
            "3600",
        ])
    }

    fn scalar(&mut self, depth: usize) -> String {
        if depth == 0 || self.random.chance(2, 3) {
            return self.number().to_owned();
        }
        let depth = depth - 1;
        match self.random.below(6) {
            0 => "time()".to_owned(),
            1 => format!("scalar({})", self.vector(depth)),
            2 => {
                let op = self.one_of([
                    "+", "-", "*", "/", "%", "^", "atan2", "> bool", "== bool", "<= bool",
                ]);
                let (a, b) = (self.scalar(depth), self.scalar(depth));
                format!("({a} {op} {b})")
            }
            3 => format!("min_of({}, {})", self.scalar(depth), self.scalar(depth)),
            4 => format!("max_of({}, {})", self.scalar(depth), self.scalar(depth)),
            _ => self
                .one_of(["pi()", "start()", "end()", "step()", "range()"])
                .to_owned(),
        }
    }

    fn label_list(&mut self) -> String {
        let count = self.random.below(4);
        let labels: Vec<&str> = (0..count).map(|_| self.random.pick(&LABELS)).collect();
        labels.join(", ")
    }

    fn grouping(&mut self) -> String {
        match self.random.below(3) {
            0 => String::new(),
            1 => format!(" by ({})", self.label_list()),
            _ => format!(" without ({})", self.label_list()),
        }
    }

    fn aggregation(&mut self, depth: usize) -> String {
        let op = self.random.pick(&AggregateOp::ALL);
        let (grouping, inner) = (self.grouping(), self.vector(depth));
        let param = match op {
            AggregateOp::CountValues => format!("\"{}\", ", self.one_of(["new", "job", "code"])),
            AggregateOp::LimitRatio => format!("{}, ", self.one_of(["0.5", "-0.5", "1", "-1", "0"])),
            AggregateOp::Quantile => format!("{}, ", self.number()),
            _ if op.takes_parameter() => format!("{}, ", self.one_of(["0", "1", "2", "5"])),
            _ => String::new(),
        };
        format!("{}{grouping} ({param}{inner})", op.text())
    }

    /// A call of any function that returns this type, with arguments of the right types.
    fn function(&mut self, depth: usize, returns: ValueType) -> String {
        let fitting: Vec<&Function> = FUNCTIONS.iter().filter(|f| f.returns == returns).collect();
        let function = self.random.pick(&fitting);
        let required = match function.variadic {
            Variadic::Fixed => function.args.len(),
            _ => function.args.len() - 1,
        };
        let count = match function.variadic {
            Variadic::Fixed => required,
            _ => required + self.random.below(2),
        };
        let args: Vec<String> = (0..count)
            .map(|at| {
                let wanted = function.args.get(at).or(function.args.last());
                match (function.name, wanted) {
                    ("info", _) if at == 1 => self
                        .one_of([
                            "{code=~\".+\"}",
                            "{__name__=\"build_info\"}",
                            "{path!=\"\", __name__=~\"build_.+\"}",
                        ])
                        .to_owned(),
                    ("double_exponential_smoothing", Some(ValueType::Scalar)) => {
                        self.one_of(["0.3", "0.7"]).to_owned()
                    }
                    (_, Some(ValueType::Scalar)) => self.scalar(depth.min(1)),
                    (_, Some(ValueType::String)) => {
                        format!("\"{}\"", self.random.pick(&["job", "new", "code"]))
                    }
                    (_, Some(ValueType::RangeVector)) => self.range(depth),
                    _ => self.vector(depth),
                }
            })
            .collect();
        format!("{}({})", function.name, args.join(", "))
    }

    fn matching(&mut self) -> String {
        match self.random.below(5) {
            0 => format!("on ({})", self.label_list()),
            1 => format!("ignoring ({})", self.label_list()),
            2 => "on (job, instance)".to_owned(),
            _ => String::new(),
        }
    }

    fn group(&mut self, matching: &str) -> String {
        if matching.is_empty() || self.random.chance(1, 2) {
            return String::new();
        }
        let include = self.one_of(["", "path", "zone, extra", "new"]);
        let taken = matching.starts_with("on") && include.split(", ").any(|label| matching.contains(label));
        let include = if taken { "" } else { include };
        format!(" {} ({include})", self.one_of(["group_left", "group_right"]))
    }

    fn operation(&mut self, depth: usize) -> String {
        let op = self.one_of(["+", "-", "*", "/", "/", "%", "^", "atan2", "</", ">/"]);
        match self.random.below(6) {
            0 => format!("({} {op} {})", self.scalar(depth), self.vector(depth)),
            1 | 2 => format!("({} {op} {})", self.vector(depth), self.scalar(depth)),
            3 => {
                let same = self.vector(depth);
                format!("({same} {op} {same})")
            }
            _ => self.pair(op, depth),
        }
    }

    fn pair(&mut self, op: &str, depth: usize) -> String {
        let matching = self.matching();
        let group = self.group(&matching);
        let fill = match self.random.below(10) {
            0 => format!(" fill ({})", self.one_of(["0", "1", "-5"])),
            1 => format!(" fill_left ({})", self.one_of(["0", "7"])),
            2 => format!(" fill_right ({})", self.one_of(["0", "7"])),
            _ => String::new(),
        };
        let (a, b) = (self.vector(depth), self.vector(depth));
        format!("({a} {op} {matching}{group}{fill} {b})")
    }

    fn comparison(&mut self, depth: usize) -> String {
        let op = self.one_of(["==", "!=", "<", "<=", ">", ">="]);
        let truth = if self.random.chance(1, 3) { " bool" } else { "" };
        match self.random.below(8) {
            0..4 => format!("{} {op}{truth} {}", self.operand(depth), self.scalar(1)),
            4 => format!("{} {op}{truth} {}", self.scalar(1), self.operand(depth)),
            5 => {
                let same = self.operand(depth);
                format!("{same} {op}{truth} {same}")
            }
            6 => format!("{} {op}{truth} {}", self.operand(depth), self.operand(depth)),
            _ => self.pair(&format!("{op}{truth}"), depth),
        }
    }

    fn operand(&mut self, depth: usize) -> String {
        format!("({})", self.vector(depth))
    }

    fn set_operation(&mut self, depth: usize) -> String {
        if self.random.chance(1, 5) {
            let inner = self.selector();
            return self
                .one_of([
                    "(absent(X) or X)",
                    "(X or absent(X))",
                    "(X unless X)",
                    "(X and X)",
                    "(X or vector(0))",
                    "(vector(1) or sum(X))",
                    "(time() - timestamp(X))",
                    "(time() - max by (job) (timestamp(X)))",
                ])
                .replace('X', &inner);
        }
        let (op, matching) = (self.one_of(["and", "or", "unless"]), self.matching());
        let (a, b) = (self.vector(depth), self.vector(depth));
        format!("({a} {op} {matching} {b})")
    }

    /// Ratios that are seen to be ratios, and some that look like it.
    fn whole_and_part(&mut self, depth: usize) -> String {
        let name = self.name();
        let matcher = self.matcher();
        let of = self.one_of([
            "rate(X[2m])",
            "increase(X[5m])",
            "X",
            "count_over_time(X[2m])",
            "max_over_time(X[1m])",
        ]);
        let aggregate = self.one_of(["sum", "count", "max"]);
        let grouping = self.grouping();
        let part = of.replace('X', &format!("{name}{{{matcher}}}"));
        let whole = of.replace('X', &name);
        let factor = self.one_of(["", "", "100 * "]);
        match self.random.below(3) {
            0 => format!("({factor}{aggregate}{grouping} ({part}) / {aggregate}{grouping} ({whole}))"),
            1 => {
                let other = self.vector(depth);
                format!("({part} / ({part} + {other}))")
            }
            _ => {
                let other = self.vector(depth);
                format!("(abs({other}) / (abs({whole}) + abs({other})))")
            }
        }
    }

    fn quantile(&mut self, depth: usize) -> String {
        let name = self.one_of([
            "latency_seconds_bucket",
            "span_seconds_bucket",
            "span_seconds",
            "latency_seconds_sum",
        ]);
        let matchers = self.matchers();
        let inner = match self.random.below(5) {
            0 => format!("{name}{matchers}"),
            1 => format!("rate({name}{matchers}[5m])"),
            2 => format!("sum by (le, job) (rate({name}{matchers}[5m]))"),
            3 => format!("sum by (job) (rate({name}{matchers}[5m]))"),
            _ => self.vector(depth),
        };
        match self.random.below(4) {
            0 => format!(
                "histogram_fraction({}, {}, {inner})",
                self.number(),
                self.number()
            ),
            1 => format!("histogram_quantiles({inner}, \"new\", 0.5, {})", self.number()),
            _ => format!(
                "histogram_quantile({}, {inner})",
                self.one_of(["0.5", "0.9", "0.99", "1", "0", "2", "-1", "NaN"])
            ),
        }
    }

    fn relabelling(&mut self, depth: usize) -> String {
        let inner = self.vector(depth);
        let (target, source) = (self.random.pick(&LABELS), self.random.pick(&LABELS));
        if self.random.chance(1, 3) {
            let other = self.random.pick(&LABELS);
            let separator = self.one_of(["", "-", ","]);
            return format!("label_join({inner}, \"{target}\", \"{separator}\", \"{source}\", \"{other}\")");
        }
        let template = self.one_of(["$1", "x-$1", "${1}y", "", "constant", "$1$2", "$$"]);
        let pattern = self.one_of(["(.*)", "(.+)", "", "a|b", "(a)(.*)", ".*", "api"]);
        format!("label_replace({inner}, \"{target}\", \"{template}\", \"{source}\", \"{pattern}\")")
    }
}
