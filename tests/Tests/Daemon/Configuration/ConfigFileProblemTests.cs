using System.Text;
using NodeAgent.Daemon.Configuration;
using NodeAgent.Daemon.Configuration.Yaml;

namespace NodeAgent.Tests.Daemon.Configuration;

[TestClass]
public sealed class ConfigFileProblemTests
{
    [TestMethod]
    [DataRow("node: {\n  name: x\n", "nodeagent.yaml:3:1: (file): is not YAML: ", DisplayName = "open brace")]
    [DataRow("a: b: c\n", "nodeagent.yaml:1:5: (file): is not YAML: ", DisplayName = "two colons")]
    [DataRow("node:\n  name: x\n state: /x\n", "nodeagent.yaml:3:2: (file): is not YAML: ", DisplayName = "odd indentation")]
    [DataRow("- a\n- b\n", "nodeagent.yaml:1:1: (file): is a list, not a group of keys. Begin with a key, such as 'node:'", DisplayName = "list")]
    [DataRow("hello\n", "nodeagent.yaml:1:1: (file): is a single value, not a group of keys. ", DisplayName = "word")]
    [DataRow("state: /a\n---\nstate: /b\n", "nodeagent.yaml:2:1: (file): a second document begins here. ", DisplayName = "second document")]
    [DataRow("node:\n\tname: x\n", "nodeagent.yaml:2:1: (file): a tab indents this line. Use spaces", DisplayName = "tab")]
    [DataRow("state: /a\nstate: /b\n", "nodeagent.yaml:2:1: state: is set twice, first on line 1. Keep one of them", DisplayName = "key twice")]
    [DataRow("log: { level: debug, level: debug }\n", "nodeagent.yaml:1:22: log.level: is set twice, first on line 1. ", DisplayName = "inner key twice")]
    [DataRow("state: &x /a\n", "nodeagent.yaml:1:8: state: defines the anchor '&x'. Remove it", DisplayName = "anchor")]
    [DataRow("state: !!str /a\n", "nodeagent.yaml:1:8: state: has a type tag. Remove it", DisplayName = "tag")]
    [DataRow("? [a, b]\n: x\n", "nodeagent.yaml:1:3: (file): a list stands where a key belongs. Write 'key: value'", DisplayName = "list as key")]
    public void A_file_that_is_no_configuration_is_told_with_its_line(string text, string wanted)
    {
        Assert.StartsWith(wanted, ConfigFiles.Only(text));
    }

    [TestMethod]
    public void Nested_aliases_are_refused_and_never_expanded()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (var level = 1; level < 30; level++)
        {
            bomb.Append($"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 9))}]\n");
        }

        var reading = ConfigFiles.ReadText(bomb.ToString());

        Assert.IsNull(reading.Config);
        Assert.HasCount(ProblemList.Limit + 1, reading.Problems);
        Assert.Contains("more problems are not shown", reading.Problems[^1].Message);
    }

    [TestMethod]
    [DataRow('[')]
    [DataRow('{')]
    [DataRow('-')]
    [DataRow('?')]
    public void Endless_nesting_is_an_error_and_not_a_crash(char open)
    {
        var text = string.Concat(Enumerable.Repeat(open is '-' or '?' ? $"{open} " : $"{open}", 20_000));

        var reading = ConfigFiles.ReadText(text);

        Assert.IsNull(reading.Config);
        Assert.IsGreaterThanOrEqualTo(1, reading.Problems[0].Line);
    }

    [TestMethod]
    public void A_byte_order_mark_is_a_warning()
    {
        using var files = new ConfigFiles();
        var reading = files.Write([0xEF, 0xBB, 0xBF, .. "state: /a"u8]).Read();

        Assert.AreEqual("/a", reading.Config!.State);
        Assert.AreEqual(ProblemSeverity.Warning, reading.Problems.Single().Severity);
    }

    [TestMethod]
    public void Bytes_that_are_no_text_are_told_with_line_and_column()
    {
        using var files = new ConfigFiles();

        Assert.StartsWith(
            "nodeagent.yaml:2:9: (file): is not UTF-8 text (byte 0xff). ",
            files.Write([.. "# first\nstate: /"u8, 0xFF]).Only());
    }

    [TestMethod]
    public void A_control_character_is_told_with_line_and_column()
    {
        Assert.StartsWith("nodeagent.yaml:1:9: (file): holds a control character (byte 0x00). ", ConfigFiles.Only("state: /\0"));
    }

    [TestMethod]
    public void Utf16_is_told_as_such()
    {
        using var files = new ConfigFiles();

        Assert.Contains("is UTF-16 text. Save it as UTF-8", files.Write(Encoding.Unicode.GetPreamble()).Only());
    }

    [TestMethod]
    public void A_huge_file_is_refused()
    {
        using var files = new ConfigFiles();

        Assert.Contains("is larger than 1 MiB", files.Write(new byte[FileText.MaxBytes + 1]).Only());
    }

    [TestMethod]
    public void A_file_of_the_largest_size_is_read()
    {
        var text = "state: /a\n" + new string('#', FileText.MaxBytes - 10);

        Assert.AreEqual("/a", ConfigFiles.ReadText(text).Config!.State);
    }

    [TestMethod]
    public void A_missing_file_is_an_error()
    {
        using var files = new ConfigFiles();

        Assert.AreEqual("nodeagent.yaml:1:1: (file): there is no such file. Create it; an empty one means all defaults", files.Only());
    }

    [TestMethod]
    public void A_directory_is_told_as_such()
    {
        using var files = new ConfigFiles();
        Directory.CreateDirectory(files.Main);

        Assert.AreEqual("nodeagent.yaml:1:1: (file): this is a directory. Name the file in it", files.Only());
    }

    [TestMethod]
    public void A_file_that_cannot_be_opened_is_told_with_the_reason()
    {
        using var files = new ConfigFiles();
        File.CreateSymbolicLink(files.Main, files.Main);

        Assert.StartsWith("nodeagent.yaml:1:1: (file): cannot be read: ", files.Only());
    }

    [TestMethod]
    public void A_broken_drop_in_does_not_make_references_wrong()
    {
        using var files = new ConfigFiles();
        files.Write("peers: { networks: [repl-a] }").DropIn("10-net.yaml", "networks: [");

        Assert.StartsWith("conf.d/10-net.yaml:2:1: (file): is not YAML: ", files.Only());
    }
}
