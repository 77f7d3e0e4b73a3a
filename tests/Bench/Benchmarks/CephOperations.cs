using System.Collections.Concurrent;
using NodeAgent.Bench.Agents;
using NodeAgent.Bench.Measures;
using NodeAgent.Bench.Running;
using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Plugins.CephBackend;
using NodeAgent.Plugins.CephBackend.Changes;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Plugins.CephBackend.Native;
using NodeAgent.Plugins.CephBackend.Snapshots;

namespace NodeAgent.Bench.Benchmarks;

/// <summary>
/// A hundred operations on a real Ceph, in twenty rounds of create, snapshot, snapshot, diff, delete with all snapshots:
/// by the plugin, by the rbd command, and by librbd's calls alone on one open connection, which is the least that any
/// program can need. In turns, so that a load on the machine meets all; then many rounds at once.
/// </summary>
internal sealed class CephOperations : IBenchmark
{
    private const int Rounds = 20;
    private const int Operations = 5;
    private const int AtOnce = 8;
    private const long Bytes = 64 << 20;
    private const double MostRatio = 0.2;
    private const string What = "cannot measure";

    private readonly ConcurrentDictionary<string, double> steps = new(StringComparer.Ordinal);
    private CephProcess cluster = null!;
    private CephStorage storage = null!;

    public string Name => "ceph-operations";

    public async Task<IReadOnlyList<Figure>> RunAsync(Action<string> say)
    {
        using var folder = new WorkFolder();
        await using var started = await CephProcess.StartAsync(folder["ceph"]);
        cluster = started;
        var options = new Dictionary<string, string> { ["conf"] = cluster.Configuration, ["pool"] = "hot", ["open"] = "library" };
        await using var opened = (CephStorage)Good(new CephBackendFactory().Create(new BackendContext(
            new BackendId("bench"), new NodeId("n1"), options, folder.Path, new NoCommands(), TimeProvider.System, new NoLog())));
        storage = opened;
        var (ours, theirs, bare) = (0.0, 0.0, 0.0);
        for (var round = -1; round < Rounds; round++)
        {
            var name = $"one{round + 1}";
            var own = await Repeat.SecondsAsync(() => ByPluginAsync(name));
            var commands = await Repeat.SecondsAsync(() => ByCommandAsync(name));
            var calls = await Repeat.SecondsAsync(() => ByCallsAsync(name));
            (ours, theirs, bare) = round < 0 ? (0, 0, 0) : (ours + own, theirs + commands, bare + calls);
            if (round < 0)
            {
                steps.Clear();
            }
        }

        say($"one by one: {theirs / ours:0.0} times the commands' speed; librbd alone {theirs / bare:0.0} times");
        say("ms each: " + string.Join(", ", steps.OrderBy(step => step.Key, StringComparer.Ordinal).Select(step => $"{step.Key} {step.Value * 1000 / Rounds:0.0}")));
        var many = await Repeat.SecondsAsync(() => ManyAsync(ByPluginAsync, "many"));
        var manyCommands = await Repeat.SecondsAsync(() => ManyAsync(ByCommandAsync, "many"));
        var first = Beside("one-by-one", ours, theirs);
        return
        [
            first with { Bar = Bar.AtMost(first.Ratio!.Value, MostRatio, "x peer") },
            Beside("librbd-alone", bare, theirs),
            Beside($"{AtOnce}-at-once", many, manyCommands),
        ];
    }

    private Figure Beside(string part, double seconds, double peer) => Figure.Beside(
        $"{Name}.{part}", seconds * 1000 / (Rounds * Operations), "ms an operation", "the rbd command", peer * 1000 / (Rounds * Operations));

    private static Task ManyAsync(Func<string, Task> roundAsync, string name) => Parallel.ForAsync(
        0, Rounds, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (round, _) => await roundAsync($"{name}{round}"));

    private async Task ByPluginAsync(string name)
    {
        var unit = new UnitId(new BackendId("bench"), name);
        var volume = new VolumeId(unit, "data");
        var grant = Good(Core.Units.Grants.For(new UnitRecord(unit, new NodeId("n1"), new Epoch(1), 1, [], TimeSpan.FromMinutes(1), 1, 1, IsPaused: false), new NodeId("n1")));
        await StepAsync("plugin create", async () => Good(await storage.Ability<IVolumes>()!.CreateAsync(new VolumeSpec(volume, VolumeKind.Block, Bytes), grant, CancellationToken.None)));
        await StepAsync("plugin snapshot", async () => Good(await storage.Ability<ISnapshots>()!.CreateAsync(new SnapshotId(unit, "a"), grant, CancellationToken.None)));
        await StepAsync("plugin snapshot", async () => Good(await storage.Ability<ISnapshots>()!.CreateAsync(new SnapshotId(unit, "b"), grant, CancellationToken.None)));
        await StepAsync("plugin diff", async () => Good(await storage.Ability<IChangedExtents>()!.ListAsync(volume, "a", "b", CancellationToken.None)));
        await StepAsync("plugin delete", async () => Done(await storage.Ability<IVolumes>()!.DeleteAsync(volume, CancellationToken.None)));
    }

    private async Task ByCommandAsync(string name)
    {
        await StepAsync("command create", () => cluster.RbdAsync("create", "--size", "64M", $"hot/cli-{name}"));
        await StepAsync("command snapshot", () => cluster.RbdAsync("snap", "create", $"hot/cli-{name}@a"));
        await StepAsync("command snapshot", () => cluster.RbdAsync("snap", "create", $"hot/cli-{name}@b"));
        await StepAsync("command diff", () => cluster.RbdAsync("diff", "--whole-object", "--format", "json", "--from-snap", "a", $"hot/cli-{name}@b"));
        await StepAsync("command delete", () => cluster.RbdAsync("snap", "purge", $"hot/cli-{name}"));
        await StepAsync("command delete", () => cluster.RbdAsync("rm", $"hot/cli-{name}"));
    }

    // What of the whole a step takes; two snapshots a round count as one.
    private async Task StepAsync(string step, Func<Task> work)
    {
        var seconds = await Repeat.SecondsAsync(work);
        steps.AddOrUpdate(step, seconds, (_, sum) => sum + seconds);
    }

    private async Task ByCallsAsync(string name) => Good(await storage.Gate.LookAsync(What, connection => Calls(connection, "bare-" + name), CancellationToken.None));

    private Outcome<bool> Calls(Connection connection, string image)
    {
        Step("librbd create", () => Done(ImageCalls.Create(connection.Io, image, Bytes, new ImageLayout(22, 0, 1, null), What)));
        string id;
        ImageHandle held = null!;
        Step("librbd create", () =>
        {
            held = Good(ImageCalls.Open(connection.Io, image, null, write: true, What));
            Done(ImageCalls.Done(Rbd.AcquireLock(held, Rbd.LockExclusive), What));
        });
        using (held)
        {
            Step("librbd snapshot", () => Done(ImageCalls.Done(Rbd.CreateSnapshot(held, "a"), What)));
            Step("librbd snapshot", () => Done(ImageCalls.Done(Rbd.CreateSnapshot(held, "b"), What)));
            Step("librbd diff", () =>
            {
                using var end = Good(ImageCalls.Open(connection.Io, image, "b", write: false, What));
                Done(ImageCalls.Done(DiffCollector.Collect(end, "a", Bytes, []), What));
            });
            Step("librbd delete snaps", () => Done(ImageSnapshots.RemoveAll(held, What)));
            id = Good(ImageCalls.Id(held, What));
            Step("librbd delete close", () => held.Dispose());
        }

        Step("librbd delete trash", () => Done(ImageCalls.Done(Rbd.MoveToTrash(connection.Io, image, 0), What)));
        Step("librbd delete rm", () => Done(ImageCalls.Done(Rbd.RemoveFromTrash(connection.Io, id, force: false), What)));
        return true;
    }

    private void Step(string step, Action work)
    {
        var begin = TimeProvider.System.GetTimestamp();
        work();
        var seconds = TimeProvider.System.GetElapsedTime(begin).TotalSeconds;
        steps.AddOrUpdate(step, seconds, (_, sum) => sum + seconds);
    }

    private static T Good<T>(Outcome<T> outcome) => outcome.IsOk ? outcome.Value : throw new CannotRunException(outcome.Fault.ToString());

    private static void Done(Outcome outcome)
    {
        if (!outcome.IsOk)
        {
            throw new CannotRunException(outcome.Fault.ToString());
        }
    }

    private sealed class NoCommands : ICommands
    {
        public Task<Outcome<CommandResult>> RunAsync(Command command, CancellationToken cancellation) =>
            throw new InvalidOperationException("nothing is run");

        public IAsyncEnumerable<string> FollowAsync(Command command, CancellationToken cancellation) =>
            throw new InvalidOperationException("nothing is followed");
    }

    private sealed class NoLog : IBackendLog
    {
        public void Write(Severity severity, string message)
        {
        }
    }
}
