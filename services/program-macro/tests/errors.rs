//! What a wrong `program!` is told, and at which word. Each case is compiled as the program of a crate
//! of its own.

use std::fs;
use std::path::Path;
use std::process::Command;

const MANIFEST: &str = "[package]\nname = \"wrong\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n";

/// What the compiler says of a program with these needs, the first of which is in line 4.
fn compile(folder: &Path, needs: &str) -> String {
    let main = format!(
        "#![no_main]\nuse veridian::prelude::*;\nprogram! {{ needs {{\n{needs}\n}} }}\nfn main(_: Needs) -> Result<()> {{ Ok(()) }}\n"
    );
    fs::write(folder.join("src/main.rs"), main).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--offline", "--message-format=short", "--target-dir"])
        .arg(folder.join("target"))
        .current_dir(folder)
        .output()
        .unwrap();
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn every_mistake_is_told_at_its_word() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("program-errors");
    fs::create_dir_all(folder.join("src")).unwrap();
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime");
    let dependency = format!("{MANIFEST}\n[dependencies]\nveridian = {{ path = {runtime:?} }}\n");
    fs::write(folder.join("Cargo.toml"), dependency).unwrap();

    for (needs, place, message) in [
        ("log: Consol { write },", "4:6", "cannot find type `Consol`"),
        (
            "log: Console { wriet },",
            "4:16",
            "no associated function or constant named `wriet` found for struct `ConsoleRights`",
        ),
        ("log: u32 { write },", "4:6", "`u32` is not a kind of capability"),
        ("log: Console { write },\nlog: Power { off },", "5:1", "the need `log` is named twice"),
        ("log: Console { write, write },", "4:23", "the right `write` is named twice"),
        ("log: Console,", "4:13", "`log` names no rights: write `log: Kind { right, … }`"),
        ("log: Console", "4:6", "`log` names no rights"),
        ("log: Console {},", "4:14", "`log` asks for no right: name those it needs, or leave it out"),
        ("log: { write },", "4:6", "expected the kind of `log` before its rights"),
        ("log Console { write },", "4:5", "expected `log: Kind { right, … }`"),
        ("optional log { write },", "4:14", "expected `log: Kind { right, … }`"),
        ("log: Console { write } power: Power { off }", "4:24", "expected `,`, found `power`"),
    ] {
        let said = compile(&folder, needs);
        assert!(
            said.lines().any(|line| line.contains(&format!("src/main.rs:{place}: error")) && line.contains(message)),
            "{needs}\nshould be told at {place}: {message}\n{said}"
        );
    }
    assert_eq!(compile(&folder, "log: Console { write },\nrequests: Serve<Console> { write, read }"), "");
    assert_eq!(compile(&folder, "optional log: Console { write },\noptional: Power { off }"), "");
}
