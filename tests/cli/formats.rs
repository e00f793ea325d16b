//! Findings in the formats of other tools.

use serde_json::Value;

use crate::support::Folder;

/// Two findings with everything that can be hard about them: characters of several bytes before one, quotes and
/// angle brackets in a message, a second place, a path that must be escaped.
fn folder() -> Folder {
    let rules = "groups:
  - name: g
    rules:
      - alert: A
        expr: e{a=\"éü\"} > rate(x{b=\"<&>\"})
      - {record: b, expr: c}
      - {record: b, expr: c}
";
    Folder::with(&[("r u,les.yml", rules)])
}

fn check(format: &str) -> String {
    let run = folder().run(&["check", "--format", format]);
    assert_eq!(run.code, Some(1), "{}", run.err);
    run.out
}

fn json(format: &str) -> Value {
    serde_json::from_str(&check(format)).expect("JSON")
}

#[test]
fn sarif_validates_and_says_where() {
    let schema = include_str!("../schemas/sarif-2.1.0.json");
    let mut schema: Value = serde_json::from_str(schema).expect("the schema");
    // Its pattern for languages does not parse; we name none.
    for of in ["run", "toolComponent"] {
        let language = schema.pointer_mut(&format!("/definitions/{of}/properties/language"));
        let language = language.and_then(Value::as_object_mut).expect("a property");
        language.remove("pattern");
    }
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let sarif = json("sarif");
    let faults: Vec<String> = validator.iter_errors(&sarif).map(|e| e.to_string()).collect();
    assert_eq!(faults, [] as [String; 0]);
    let run = &sarif["runs"][0];
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], "promql-syntax");
    let rule = result["ruleIndex"].as_u64().expect("a number") as usize;
    assert_eq!(run["tool"]["driver"]["rules"][rule]["id"], "promql-syntax");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "r%20u%2Cles.yml");
    assert_eq!(place["region"]["startLine"], 5);
    assert_eq!(place["region"]["startColumn"], 32);
    let again = run["results"]
        .as_array()
        .expect("results")
        .last()
        .expect("a duplicate");
    assert_eq!(again["relatedLocations"][0]["message"]["text"], "first here");
    assert_eq!(again["level"], "warning");
}

#[test]
fn nothing_found_is_valid_too() {
    let run = Folder::with(&[("a.yml", "groups: []\n")]).run(&["check", "--format", "sarif"]);
    assert_eq!(run.code, Some(0));
    let sarif: Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(sarif["runs"][0]["results"], Value::Array(Vec::new()));
}

#[test]
fn fingerprints_stay_when_lines_move_and_tell_like_findings_apart() {
    let of = |text: &str| -> Vec<String> {
        let run = Folder::with(&[("a.yml", text)]).run(&["check", "--format", "gitlab"]);
        let issues: Value = serde_json::from_str(&run.out).expect("JSON");
        let issues = issues.as_array().expect("a list").clone();
        issues
            .iter()
            .map(|issue| issue["fingerprint"].as_str().expect("text").to_owned())
            .collect()
    };
    let rules =
        "groups: [{name: g, rules: [{record: a, expr: b}, {record: a, expr: b}, {record: a, expr: b}]}]\n";
    let prints = of(rules);
    assert_eq!(prints.len(), 2);
    assert_ne!(prints[0], prints[1]);
    assert_eq!(of(&format!("# moved\n\n{rules}")), prints);
}

#[test]
fn gitlab_reads_its_part_of_code_climate() {
    let issues = json("gitlab");
    let issue = &issues[0];
    assert_eq!(issue["check_name"], "promql-syntax");
    assert_eq!(issue["severity"], "critical");
    assert_eq!(issue["location"]["path"], "r u,les.yml");
    assert_eq!(issue["location"]["lines"]["begin"], 5);
    assert_eq!(issue["fingerprint"].as_str().map(str::len), Some(16));
}

#[test]
fn reviewdog_counts_bytes() {
    let document = json("rdjson");
    let diagnostic = &document["diagnostics"][0];
    assert_eq!(diagnostic["severity"], "ERROR");
    assert_eq!(diagnostic["location"]["path"], "r u,les.yml");
    let start = &diagnostic["location"]["range"]["start"];
    assert_eq!(
        (start["line"].as_u64(), start["column"].as_u64()),
        (Some(5), Some(34))
    );
}

#[test]
fn checkstyle_is_xml_whatever_stands_in_a_message() {
    let text = check("checkstyle");
    let document = roxmltree::Document::parse(&text).expect("XML");
    let file = document.root_element().first_element_child().expect("a file");
    assert_eq!(file.attribute("name"), Some("r u,les.yml"));
    let error = file.first_element_child().expect("an error");
    assert_eq!(error.attribute("severity"), Some("error"));
    assert_eq!(error.attribute("source"), Some("rulecheck.promql-syntax"));
    assert_eq!(
        (error.attribute("line"), error.attribute("column")),
        (Some("5"), Some("32"))
    );
    assert!(error.attribute("message").is_some_and(|m| m.contains("\"rate\"")));
}

#[test]
fn github_takes_one_line_for_each_finding() {
    let text = check("github");
    let first = text.lines().next().expect("a line");
    assert!(
        first.starts_with("::error file=r u%2Cles.yml,line=5,endLine=5,col=32,endColumn="),
        "{first}"
    );
    assert!(first.contains(",title=promql-syntax::expected type"), "{first}");
    assert!(text.lines().all(|line| line.starts_with("::")), "{text}");
}
