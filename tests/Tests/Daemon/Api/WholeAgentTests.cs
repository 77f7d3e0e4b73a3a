using System.Text.Json;
using NodeAgent.Daemon.Cli;

namespace NodeAgent.Tests.Daemon.Api;

/// <summary>The command line against a real agent.</summary>
[TestClass]
public sealed class WholeAgentTests
{
    [TestMethod]
    public async Task A_volume_lives_from_creation_to_deletion()
    {
        await using var agent = await AgentUnderTest.StartAsync();
        await OkAsync(agent, "volume create db --size 64KiB");
        StringAssert.Contains(await OkAsync(agent, "volume create db --size 64KiB"), "volume dir:db/data is ready");
        StringAssert.Contains(await OkAsync(agent, "volume expand db --size 128KiB"), "128 KiB");
        await OkAsync(agent, "snapshot create db@one");
        await OkAsync(agent, "snapshot create db@two");
        await OkAsync(agent, "snapshot hold db@two --tag me");
        StringAssert.Contains(await OkAsync(agent, "snapshot list db"), "db@two");
        Assert.AreNotEqual(ExitCode.Ok, (await agent.RunAsync("snapshot", "delete", "db@two")).Code);
        await OkAsync(agent, "snapshot release db@two --tag me");
        await OkAsync(agent, "snapshot rollback db@one --yes");
        await OkAsync(agent, "snapshot clone db@one copy");
        StringAssert.Contains(await OkAsync(agent, "status"), "dir:copy");
        await OkAsync(agent, "volume delete copy --yes");
        await OkAsync(agent, "volume delete db --yes");
        using var json = JsonDocument.Parse(await OkAsync(agent, "status -o json"));
        Assert.AreEqual(0, json.RootElement.GetProperty("units").GetArrayLength());
        StringAssert.Contains(await OkAsync(agent, "operations"), "delete-volume");
    }

    [TestMethod]
    public async Task Plugins_and_version_are_the_agents_own()
    {
        await using var agent = await AgentUnderTest.StartAsync();
        StringAssert.Contains(await OkAsync(agent, "plugin list"), "directory");
        using var json = JsonDocument.Parse(await OkAsync(agent, "version -o json"));
        Assert.AreEqual(json.RootElement.GetProperty("version").GetString(), json.RootElement.GetProperty("agent").GetString());
    }

    [TestMethod]
    public async Task The_doctor_finds_a_fresh_agent_in_order()
    {
        await using var agent = await AgentUnderTest.StartAsync();
        var run = await agent.RunAsync("doctor", "--config", Path.Combine(agent.Path, "nodeagent.yaml"));
        Assert.AreEqual(ExitCode.Degraded, run.Code, run.Output);
        StringAssert.Contains(run.Output, "0.1.0 is whole");
        Assert.IsFalse(run.Output.Contains("failed", StringComparison.Ordinal), run.Output);
    }

    private static async Task<string> OkAsync(AgentUnderTest agent, string line)
    {
        var run = await agent.RunAsync(line.Split(' '));
        Assert.AreEqual(ExitCode.Ok, run.Code, $"{line}: {run.Error}");
        return run.Output;
    }
}
