using NodeAgent.Plugins.CephBackend;
using NodeAgent.Tests.Daemon.Api;
using NodeAgent.Tests.Daemon.Cli;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>Two sites as operators have them: a running agent at each, and only the command line.</summary>
[TestClass]
[TestCategory(CephCluster.Category)]
public sealed class SiteMirrorAgentTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [TestMethod]
    public async Task A_unit_is_mirrored_given_away_and_taken_back_by_the_command_line_of_running_agents()
    {
        using var pair = await MirrorPair.StartAsync();
        await using var a = await StartAsync(pair.A, "n1");
        await using var b = await StartAsync(pair.B, "m1");
        await DoneAsync(a, "volume", "create", "shop/data", "--backend", "ceph", "--size", "8MiB");

        await DoneAsync(a, "ceph", "mirror", "enable", "shop");
        await UntilAsync(b, "replaying", "ceph", "mirror", "status", "shop");
        StringAssert.Contains((await DoneAsync(b, "ceph", "mirror", "status", "shop")).Output, "came from the other site");
        var refused = await b.RunAsync("ceph", "mirror", "promote", "shop");
        Assert.AreNotEqual(0, refused.Code, refused.Output);
        StringAssert.Contains(refused.Error, "still follows site-a");

        var plan = await DoneAsync(a, "ceph", "mirror", "demote", "shop", "--plan");
        StringAssert.Contains(plan.Output, "what would be done");
        await DoneAsync(a, "ceph", "mirror", "demote", "shop");
        StringAssert.Contains((await DoneAsync(a, "ceph", "mirror", "status", "shop")).Output, "no node of this site opens it");
        Assert.AreNotEqual(0, (await a.RunAsync("ceph", "mirror", "snapshot", "shop")).Code, "it is not this site's any more");
        await UntilDoneAsync(b, "ceph", "mirror", "promote", "shop");
        await UntilAsync(a, "replaying", "ceph", "mirror", "status", "shop");

        await DoneAsync(b, "ceph", "mirror", "demote", "shop");
        await UntilDoneAsync(a, "ceph", "mirror", "promote", "shop");
        await UntilAsync(b, "replaying", "ceph", "mirror", "status", "shop");
        StringAssert.Contains((await DoneAsync(a, "volume", "list")).Output, "shop");

        var asked = await a.RunAsync("ceph", "mirror", "disable", "shop");
        Assert.AreNotEqual(0, asked.Code, "nobody consented");
        await DoneAsync(a, "ceph", "mirror", "disable", "shop", "--yes");
        await UntilAsync(b, "nothing of it is here any more", "ceph", "mirror", "status");
        await DoneAsync(b, "ceph", "mirror", "disable", "shop");
        Assert.DoesNotContain("shop", (await DoneAsync(b, "ceph", "mirror", "status")).Output);
        Assert.DoesNotContain("shop", (await DoneAsync(b, "volume", "list")).Output);
    }

    private static Task<AgentUnderTest> StartAsync(CephCluster cluster, string node) => AgentUnderTest.StartAsync(node, folder =>
    {
        DirectoryPlugin.Install(Path.Combine(folder, "plugins"), "Ceph", typeof(CephBackendFactory));
        return $$"""
            node: { name: {{node}} }
            state: {{folder}}/state
            socket: {{folder}}/control.sock
            metrics: { listen: off }
            plugins: { path: {{folder}}/plugins, require_root_owned: false }
            backends:
              - id: ceph
                plugin: ceph
                accept_trial: true
                options: { conf: {{cluster.Configuration}}, pool: hot, open: library, mirror-seconds: "10" }

            """;
    });

    private static async Task<CliRun> DoneAsync(AgentUnderTest agent, params string[] words)
    {
        var run = await agent.RunAsync(words);
        Assert.AreEqual(0, run.Code, $"{string.Join(' ', words)}: {run.Error}{run.Output}");
        return run;
    }

    // What was given away has to arrive first: until then it is refused.
    private static async Task UntilDoneAsync(AgentUnderTest agent, params string[] words) => await UntilAsync(agent, run => run.Code == 0, words);

    private static async Task UntilAsync(AgentUnderTest agent, string text, params string[] words) =>
        await UntilAsync(agent, run => run.Code == 0 && run.Output.Contains(text, StringComparison.Ordinal), words);

    private static async Task UntilAsync(AgentUnderTest agent, Func<CliRun, bool> isSo, params string[] words)
    {
        var begun = TimeProvider.System.GetTimestamp();
        CliRun run;
        while (!isSo(run = await agent.RunAsync(words)))
        {
            Assert.IsLessThan(Patience, TimeProvider.System.GetElapsedTime(begun), $"{string.Join(' ', words)}: {run.Code} {run.Error}{run.Output}");
            await Task.Delay(500);
        }
    }
}
