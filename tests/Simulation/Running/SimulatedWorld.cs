using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Units;
using NodeAgent.Simulation.Judging;
using NodeAgent.Simulation.Nodes;
using NodeAgent.Simulation.Scenarios;
using NodeAgent.Simulation.Storage;

namespace NodeAgent.Simulation.Running;

/// <summary>
/// A writer and its copies, on one thread: the production code of replication over storages in memory. All tasks
/// complete on the stack that began them, so the order of things is the order of the code.
/// </summary>
internal sealed class SimulatedWorld : ISimulatedRun
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly Scenario scenario;
    private readonly Weather weather;
    private readonly Truth truth = new();
    private readonly WallClock clock;
    private readonly SimJournal journal;
    private readonly SimNode writer;
    private readonly List<SimNode> copies = [];
    private readonly Dictionary<NodeId, SimLink> links = [];
    private readonly List<(int Round, NodeId Node, Func<Task> Call)> late = [];
    private readonly List<(int Round, TaskCompletionSource Stream)> slow = [];
    private readonly Judge judge;
    private readonly Rogue rogue;
    private SimWriter? agent;
    private int operatorSnapshots;

    public SimulatedWorld(Scenario scenario, string root)
    {
        this.scenario = scenario;
        clock = new WallClock(truth);
        weather = new Weather(scenario.Happenings) { Beyond = Happen };
        journal = new SimJournal(World.Writer, weather, clock);
        writer = new SimNode(World.Writer, root, weather, truth, clock);
        for (var number = 2; number < 2 + scenario.Copies; number++)
        {
            var copy = new SimNode(World.Node(number), root, weather, truth, clock);
            copies.Add(copy);
            links[copy.Id] = new SimLink(World.Writer, copy, weather, (rounds, call) => late.Add((weather.Round + 1 + rounds, copy.Id, call))) { Slow = StandStillAsync };
        }

        judge = new Judge(truth, clock, writer, copies);
        rogue = new Rogue(copies);
    }

    public int Round => weather.Round;

    public ulong Trace => weather.Trace;

    public long Points { get; private set; }

    /// <summary>Runs all rounds, then lets faults stop and looks whether everything comes to rest.</summary>
    public async Task RunAsync()
    {
        weather.Begin(-1);
        StartWriter();
        await CreateAsync();
        for (var round = 0; round < scenario.Rounds; round++)
        {
            await RunRoundAsync(round);
        }

        await SettleAsync();
    }

    public void Dispose() => agent?.Dispose();

    private async Task CreateAsync()
    {
        for (var volume = 0; volume < scenario.Volumes; volume++)
        {
            await AddVolumeAsync(volume);
        }

        _ = await agent!.Replication.SetAsync(
            new ReplicationOrder(World.Unit.Name, null, null, scenario.KeepSource, scenario.KeepCopies, null), None);
    }

    private async Task RunRoundAsync(int round)
    {
        Restart(weather.Begin(round));
        clock.Advance(TimeSpan.FromSeconds(60));
        await DeliverLateAsync(round);
        await AsWriterAsync(async () =>
        {
            await GoOnAsync(round, isEarly: true);
            foreach (var order in weather.Orders)
            {
                await OrderAsync(order);
            }

            var outcome = await agent!.RunAsync();
            judge.LookAtReports(outcome);
            judge.Excuse(!outcome.IsOk || outcome.Value.PruneFault is not null);
            await GoOnAsync(round, isEarly: false);
        });
        Points += weather.Point;
        weather.End();
        if (!weather.IsAlive(World.Writer))
        {
            StopWriter();
        }

        judge.Look(agent);
    }

    /// <summary>No more faults: two cycles, each after a write, must bring everything to rest.</summary>
    private async Task SettleAsync()
    {
        await DeliverLateAsync(int.MaxValue);
        Restart(weather.Clear());
        if (agent is null)
        {
            StartWriter();
        }

        await GoOnAsync(int.MaxValue, isEarly: true);
        await GoOnAsync(int.MaxValue, isEarly: false);
        Outcome<CycleReport> last = default;
        for (var cycle = 0; cycle < 2; cycle++)
        {
            clock.Advance(TimeSpan.FromSeconds(60));
            Write(cycle);
            last = await agent!.RunAsync();
            if (cycle == 0 && truth.HistoryWasLost)
            {
                await RebuildAsync(last);
            }
        }

        judge.LookAtReports(last);
        judge.Look(agent);
        judge.LookAtEnd(last, journal);
    }

    // What the fault tells an operator to do who has lost the writer's history.
    private async Task RebuildAsync(Outcome<CycleReport> seen)
    {
        foreach (var copy in copies.Where(copy => seen.IsOk && seen.Value.Copies[copy.Id].Fault?.Code == FaultCode.Diverged))
        {
            _ = await agent!.Replication.RebuildAsync(World.Unit.Name, copy.Id.Value, None);
        }
    }

    private async Task AsWriterAsync(Func<Task> work)
    {
        if (agent is null)
        {
            return;
        }

        try
        {
            await work();
        }
        catch (KilledException killed) when (killed.Node == World.Writer)
        {
            StopWriter();
        }
    }

    private async Task DeliverLateAsync(int round)
    {
        foreach (var (_, node, call) in late.Where(call => call.Round <= round).ToList())
        {
            try
            {
                if (weather.IsAlive(node))
                {
                    await call();
                }
            }
            catch (KilledException killed) when (killed.Node == node)
            {
                // The keeper died of it; its writer has long given up.
            }
        }

        late.RemoveAll(call => call.Round <= round);
    }

    private Task StandStillAsync(int rounds)
    {
        var stream = new TaskCompletionSource();
        slow.Add((weather.Round + 1 + rounds, stream));
        return stream.Task;
    }

    /// <summary>Streams that stood still long enough go on: some before the round's cycle, some after it.</summary>
    private async Task GoOnAsync(int round, bool isEarly)
    {
        foreach (var standing in slow.Where(stream => stream.Round <= round && (stream.Round % 2 == 0) == isEarly).ToList())
        {
            slow.Remove(standing);
            standing.Stream.SetResult();
            await agent!.LookAtRunsAsync();
        }
    }

    private void Restart(IReadOnlyList<NodeId> nodes)
    {
        foreach (var copy in copies.Where(copy => nodes.Contains(copy.Id)))
        {
            // What waited there died with it.
            late.RemoveAll(call => call.Node == copy.Id);
            copy.Start();
        }

        if (nodes.Contains(World.Writer))
        {
            StopWriter();
            StartWriter();
        }
    }

    private void StartWriter()
    {
        writer.Start();
        agent = new SimWriter(writer, journal, links, clock);
    }

    private void StopWriter()
    {
        // What stood still was in its memory.
        slow.Clear();
        agent?.Dispose();
        agent = null;
    }

    private Task OrderAsync(Happening order) => order.Kind switch
    {
        HappeningKind.AddVolume => AddVolumeAsync(order.Amount),
        HappeningKind.RemoveVolume => RemoveVolumeAsync(order.Amount),
        HappeningKind.OperatorSnapshot => SnapshotAsync(),
        HappeningKind.SetRetention => agent!.Replication.SetAsync(
            new ReplicationOrder(World.Unit.Name, null, null, 1 + order.Amount, 1 + ((order.Amount + 1) % 3), null), None),
        _ => RecreateAsync(),
    };

    private Task AddVolumeAsync(int number) => agent!.Volumes.CreateAsync(
        new VolumeOrder(null, World.Unit.Name, World.Volume(number), VolumeKind.Block, 64, "", ImmutableDictionary<string, string>.Empty,
            [.. copies.Select(copy => copy.Id.Value)], 60), None);

    // The last volume stays: without any, the unit itself would be gone, and the scenario with it.
    private async Task RemoveVolumeAsync(int number)
    {
        if (truth.Volumes.Count < 2 || !truth.Volumes.ContainsKey(World.Volume(number)))
        {
            return;
        }

        // From here on nobody relies on what is in it.
        var before = truth.Volumes[World.Volume(number)];
        var kept = truth.Kept.ToList();
        truth.Removed(World.Volume(number));
        try
        {
            _ = await agent!.Deletes.DeleteAsync(World.Unit.Name, World.Volume(number), None);
        }
        finally
        {
            RelyAgain(World.Volume(number), before, kept);
        }
    }

    /// <summary>An order that was refused, or not even noted when the agent died, is none.</summary>
    private void RelyAgain(string volume, TrueVolume before, List<string> kept)
    {
        var isOpen = journal.Open().Any(operation =>
            operation.Kind == DeleteOrders.OperationKind && operation.Subject == new VolumeId(World.Unit, volume).ToString());
        if (!isOpen && writer.Gate.Stored?.Volumes.ContainsKey(volume) == true)
        {
            truth.Restore(volume, before, kept);
        }
    }

    private async Task SnapshotAsync()
    {
        var name = $"op-{++operatorSnapshots}";
        var made = await writer.Replicated.Snapshots.CreateAsync(new SnapshotId(World.Unit, name), agent!.Grant, None);
        if (made.IsOk)
        {
            truth.Kept.Add(name);
        }
    }

    private Task RecreateAsync()
    {
        truth.LostHistory();
        writer.Gate.Stored = new MemoryUnit { Role = Role.Writer, Epoch = 1 };
        foreach (var volume in truth.Volumes.Keys.ToList())
        {
            writer.Gate.Stored.Volumes[volume] = new MemoryVolume { Head = new byte[64] };
            truth.Removed(volume);
            truth.Made(volume, new byte[64]);
        }

        return Task.CompletedTask;
    }

    private void Happen(Happening happening)
    {
        switch (happening.Kind)
        {
            case HappeningKind.Write:
                Write(happening.Amount);
                break;
            case HappeningKind.JumpClock:
                clock.Jump(happening.Amount);
                break;
            default:
                rogue.Try(happening, writer.Registry.Find(World.Unit)!);
                break;
        }
    }

    private void Write(int amount)
    {
        if (writer.Gate.Unit is not { } unit || truth.Volumes.Count == 0)
        {
            return;
        }

        var name = truth.Volumes.Keys.ElementAt(amount % truth.Volumes.Count);
        if (unit.Volumes.TryGetValue(name, out var volume))
        {
            var place = (amount / 7) % volume.Head.Length;
            volume.Head[place] = (byte)(volume.Head[place] + 1);
            truth.Wrote(name, place, volume.Head[place]);
        }
    }
}
