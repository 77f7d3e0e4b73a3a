using NodeAgent.Contract;
using NodeAgent.Linux.Fencing;

namespace NodeAgent.Tests.Linux.Fencing;

[TestClass]
public sealed class FenceAgentsTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    private readonly FenceStand stand = new();

    public void Dispose() => stand.Dispose();

    [TestMethod]
    public async Task Options_and_secrets_go_over_standard_input_and_never_into_arguments_or_faults()
    {
        var device = stand.Agent(
            "nosy",
            "printf '%s' \"$input\" > $here/input; tr '\\0' ' ' < /proc/$$/cmdline > $here/cmdline; echo \"login with s3cret-word failed\" >&2; exit 1",
            secrets: stand.SecretsFile("# the board's\npassword = s3cret-word\n")) with
        {
            Options = new Dictionary<string, string> { ["ip"] = "192.0.2.1", ["username"] = "na me" },
        };
        var fault = (await stand.Agents.OffAsync(device, Long, default)).Fault!;
        Assert.AreEqual("action=off\nip=192.0.2.1\nusername=na me\npassword=s3cret-word", await File.ReadAllTextAsync(stand["input"]));
        Assert.DoesNotContain("s3cret", await File.ReadAllTextAsync(stand["cmdline"]));
        Assert.DoesNotContain("s3cret", fault.ToString());
        StringAssert.Contains(fault.Native, "login with *** failed");
    }

    [TestMethod]
    [DataRow(UnixFileMode.UserRead | UnixFileMode.GroupRead)]
    [DataRow(UnixFileMode.UserRead | UnixFileMode.OtherRead)]
    [DataRow(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite)]
    public async Task A_file_of_secrets_that_others_may_read_or_write_is_not_used(UnixFileMode mode)
    {
        var device = stand.Agent("any", "exit 0", secrets: stand.SecretsFile("password=hidden", mode));
        var fault = (await stand.Agents.MonitorAsync(device, Long, default)).Fault!;
        Assert.AreEqual(FaultCode.PermissionDenied, fault.Code);
        StringAssert.Contains(fault.NextStep, "chmod 0600");
        Assert.IsFalse(File.Exists(stand["any.log"]));
    }

    [TestMethod]
    [DataRow("no equals sign hidden")]
    [DataRow("=hidden")]
    [DataRow("password=hidden\npassword=hidden2")]
    public async Task A_file_of_secrets_that_makes_no_sense_is_named_by_line_and_not_shown(string text)
    {
        var device = stand.Agent("any", "exit 0", secrets: stand.SecretsFile(text));
        var fault = (await stand.Agents.MonitorAsync(device, Long, default)).Fault!;
        Assert.AreEqual(FaultCode.Unparseable, fault.Code);
        StringAssert.Contains(fault.Why, "line ");
        Assert.DoesNotContain("hidden", fault.ToString());
    }

    [TestMethod]
    public async Task A_missing_file_of_secrets_is_a_fault() =>
        Assert.AreEqual(
            FaultCode.NotFound,
            (await stand.Agents.MonitorAsync(stand.Agent("any", "exit 0", secrets: stand["none"]), Long, default)).Fault?.Code);

    [TestMethod]
    [DataRow("action", "on")]
    [DataRow("verbose", "1")]
    [DataRow("debug_file", "/tmp/x")]
    [DataRow("ip", "a\naction=on")]
    [DataRow("i p", "a")]
    [DataRow("ip=", "a")]
    [DataRow("", "a")]
    public async Task An_option_that_could_turn_off_into_something_else_is_refused(string key, string value)
    {
        var device = stand.Agent("any", "exit 0") with { Options = new Dictionary<string, string> { [key] = value } };
        Assert.AreEqual(FaultCode.InvalidArgument, (await stand.Agents.OffAsync(device, Long, default)).Fault?.Code);
        Assert.IsFalse(File.Exists(stand["any.log"]));
    }

    [TestMethod]
    [DataRow("sh")]
    [DataRow("fence_../sh")]
    [DataRow("fence_a b")]
    [DataRow("")]
    public async Task Only_fence_agents_are_run(string name) =>
        Assert.AreEqual(
            FaultCode.InvalidArgument,
            (await stand.Agents.OffAsync(new FenceDevice("x", name, new Dictionary<string, string>()), Long, default)).Fault?.Code);

    [TestMethod]
    [DataRow("")]
    [DataRow("not xml")]
    [DataRow("<a/>")]
    [DataRow("<resource-agent/>")]
    [DataRow("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><resource-agent><actions>&b;</actions></resource-agent>")]
    public void Metadata_that_makes_no_sense_is_a_fault(string text) =>
        Assert.AreEqual(FaultCode.Unparseable, FenceMetadataText.Read("fence_x", text).Fault?.Code);
}
