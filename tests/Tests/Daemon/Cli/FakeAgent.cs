using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Contract;
using NodeAgent.Daemon.Api;
using NodeAgent.Daemon.Failover.Desk;
using NodeAgent.Daemon.Failover.Drills;
using NodeAgent.Daemon.Hosting;
using NodeAgent.Daemon.Status;
using NodeAgent.Daemon.Stores;
using NodeAgent.Daemon.Units;
using NodeAgent.Daemon.Units.Handovers;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Cli;

/// <summary>A real local API on a socket of its own, whose answers the test decides.</summary>
internal sealed class FakeAgent : IApiEndpoints, IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private LocalApi? api;

    public string Socket => folder["control.sock"];

    public ClusterStatus Status { get; set; } = Samples.Healthy;

    public SelfReport Self { get; set; } = Samples.Self;

    public NodeReport Report { get; set; } = Samples.Report;

    public SafeguardReport Safeguards { get; set; } = new(IsNeeded: false, null, CanBeFenced: false, []);

    public OperationsReport Operations { get; set; } = new(Samples.Now, [], []);

    public StoreReport Store { get; set; } = new(
        "etcd", Answer.Yes,
        [
            new StoreMemberLine("n1", "10.0.0.1:7411", Answer.Yes, Answer.Yes, false, 1.25, 4 * 1024 * 1024, "3.5.16", null),
            new StoreMemberLine("n2", "10.0.0.2:7411", Answer.Unknown, Answer.Unknown, false, null, 0, "", "cannot ask 10.0.0.2:7411: no answer"),
        ],
        null);

    public Listing<KeptLine> Kept { get; set; } = new(Samples.KeptLines, []);

    public SwitchoverReport Moved { get; set; } = Samples.Moved;

    /// <summary>What was ordered: route and body.</summary>
    public ConcurrentQueue<(string Path, string Body)> Orders { get; } = new();

    /// <summary>How orders end.</summary>
    public Fault? Refusal { get; set; }

    /// <summary>Orders end when this does.</summary>
    public Task Work { get; set; } = Task.CompletedTask;

    public static async Task<FakeAgent> StartAsync()
    {
        var agent = new FakeAgent();
        var started = await LocalApi.StartAsync(agent.Socket, [agent], NullLoggerFactory.Instance, CancellationToken.None);
        Assert.IsTrue(started.IsOk, started.Fault?.ToString());
        agent.api = started.Value;
        return agent;
    }

    public Task<CliRun> RunAsync(params string[] words) => new CliTerminal().RunAsync([.. words, "--socket", Socket]);

    public void Map(ApiRoutes routes)
    {
        routes.Get("/v1/status", _ => Task.FromResult(Outcome.Ok(Status)));
        routes.Get("/v1/self", _ => Task.FromResult(Outcome.Ok(Self)));
        routes.Get("/v1/safeguards", _ => Task.FromResult(Outcome.Ok(Safeguards)));
        routes.Get("/v1/report", _ => Task.FromResult(Outcome.Ok(Report)));
        routes.Get("/v1/explain/{name}", _ => Task.FromResult(Outcome.Ok(Samples.Explained)));
        routes.Get("/v1/what-if/drain/{name}", _ => Task.FromResult(Outcome.Ok(Samples.Drained)));
        routes.Get("/v1/what-if/node-down/{name}", _ => Task.FromResult(Outcome.Ok(Samples.NodeDown)));
        routes.Get("/v1/services", _ => Task.FromResult(Outcome.Ok(Samples.Services)));
        routes.Get("/v1/kept", _ => Task.FromResult(Outcome.Ok(Kept)));
        routes.Get("/v1/operations", _ => Task.FromResult(Outcome.Ok(Operations)));
        routes.Get("/v1/plugins", _ => Task.FromResult(Outcome.Ok(new PluginsReport([], []))));
        routes.Get("/v1/cluster/members", _ => Task.FromResult(Outcome.Ok<IReadOnlyList<MemberReport>>(
            [new MemberReport(new NodeId("n1"), true, ["repl=10.0.0.1:7400"])])));
        routes.Get("/v1/snapshots", context => Task.FromResult(Outcome.Ok<IReadOnlyList<SnapshotReport>>(
            [new SnapshotReport(Samples.Db, "one", Samples.Now, new Dictionary<string, string> { ["data"] = "7" }, ["operator"])])));
        foreach (var path in (string[])
            ["volumes/delete", "kept/delete", "replication/set", "replication/rebuild", "replication/remove", "replication/run", "snapshots", "snapshots/delete", "snapshots/hold", "snapshots/release", "snapshots/rollback", "snapshots/clone", "cluster/join", "cluster/remove", "cluster/store/promote", "cluster/store/remove", "plugins/release", "plugins/restart", "plugins/use"])
        {
            Order<DoneReport>(routes, path, _ => new DoneReport("done"));
        }

        Order(routes, "cluster/init", _ => new FoundedReport("done", ["on n2: do this"]));
        Order(routes, "cluster/store/add", _ => new FoundedReport("done", ["then here: promote it"]));
        routes.Get("/v1/cluster/store", _ => Task.FromResult(Outcome.Ok(Store)));
        Order(routes, "volumes", _ => new VolumeReport("data", VolumeKind.Block, 1024, null, "/v/db", Samples.Db));
        Order(routes, "volumes/expand", _ => new VolumeReport("data", VolumeKind.Block, 2048, null, "/v/db", Samples.Db));
        Order(routes, "switchover", _ => Moved);
        Order(routes, "drill/plan", _ => Samples.DrillPlan);
        Order(routes, "drill", _ => Samples.Drill);
        routes.Get("/v1/drills", _ => Task.FromResult(Outcome.Ok<IReadOnlyList<DrillReport>>([Samples.Drill])));
        Order(routes, "switchover/plan", _ => Samples.Plan);
        Order(routes, "units/adopt/plan", _ => Samples.Adoption);
        Order(routes, "units/adopt", _ => Samples.Adoption with { IsDone = true });
        Order(routes, "pools/plan", _ => Samples.Pools);
        routes.Get("/v1/sites", _ => Task.FromResult(Outcome.Ok(Samples.Sites)));
        Order(routes, "sites/plan", _ => Samples.SitePlan);
        Order(routes, "sites/apply", _ => Samples.SitePlan with { IsDone = true });
        Order(routes, "pools/apply", _ => Samples.Pools with { IsApplied = true });
        Order(routes, "drives/replace/plan", _ => Samples.Drive);
        Order(routes, "drives/replace", _ => Samples.Drive with { IsOrdered = true });
        Order(routes, "volumes/resolve/plan", _ => Samples.Choice);
        Order(routes, "volumes/resolve", _ => Samples.Choice with { IsDone = true });
        Order(routes, "service/order", _ => new OrderReport(IsDone: true, "done", 0.1, []));
        Order(routes, "cluster/token", _ => new TokenReport("na1-secret"));
        Order(routes, "snapshots/plan-rollback", _ => new RollbackReport("db@one", ["two"], [], [], "print"));
    }

    public async ValueTask DisposeAsync()
    {
        await api!.DisposeAsync();
        folder.Dispose();
    }

    private void Order<T>(ApiRoutes routes, string path, Func<JsonElement, T> answer) =>
        routes.Post<JsonElement, T>("/v1/" + path, async (body, _) =>
        {
            Orders.Enqueue((path, body.GetRawText()));
            await Work;
            return Refusal is { } fault ? fault : Outcome.Ok(answer(body));
        });
}
