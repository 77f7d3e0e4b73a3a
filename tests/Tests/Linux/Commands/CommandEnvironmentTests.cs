using NodeAgent.Contract;
using NodeAgent.Linux.Commands;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Linux.Commands;

[TestClass]
public sealed class CommandEnvironmentTests : IDisposable
{
    private readonly TempFolder tools = new();

    private CommandRunner Runner => new(
        new CommandRunnerOptions { ExtraFolders = [tools.Path], ResourceAgents = tools.Path }, TimeProvider.System);

    public void Dispose() => tools.Dispose();

    [TestMethod]
    public async Task A_program_sees_what_is_added_to_the_clean_environment()
    {
        _ = tools.Script("show", "echo \"$OCF_RESKEY_word|$HOME\"");
        var result = await Runner.RunAsync(
            new Command("show", []) { Environment = new Dictionary<string, string> { ["OCF_RESKEY_word"] = "a 'b' $c" } }, default);
        Assert.AreEqual("a 'b' $c|/\n", result.Value.Output);
    }

    [TestMethod]
    [DataRow("A=B", "v")]
    [DataRow("", "v")]
    [DataRow("1A", "v")]
    [DataRow("A", "hidden\0value")]
    public async Task A_variable_that_cannot_be_is_refused_and_its_value_not_shown(string name, string value)
    {
        _ = tools.Script("show", "true");
        var result = await Runner.RunAsync(
            new Command("show", []) { Environment = new Dictionary<string, string> { [name] = value } }, default);
        Assert.AreEqual(FaultCode.InvalidArgument, result.Fault?.Code);
        Assert.DoesNotContain("hidden", result.Fault!.ToString());
    }

    [TestMethod]
    public async Task A_resource_agent_is_found_by_provider_and_type()
    {
        _ = Directory.CreateDirectory(tools["acme"]);
        _ = tools.Script("acme/Thing", "echo \"$0 $1\"");
        var result = await Runner.RunAsync(new Command("ocf:acme:Thing", ["start"]), default);
        Assert.AreEqual($"{tools["acme/Thing"]} start\n", result.Value.Output);
        Assert.AreEqual(FaultCode.NotFound, (await Runner.RunAsync(new Command("ocf:acme:Other", []), default)).Fault?.Code);
        Assert.AreEqual(FaultCode.InvalidArgument, (await Runner.RunAsync(new Command("ocf:..:Thing", []), default)).Fault?.Code);
    }
}
