using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Units.Handovers;
using NodeAgent.Simulation.Judging;
using NodeAgent.Simulation.Nodes;
using NodeAgent.Simulation.Running;
using NodeAgent.Simulation.Storage;

namespace NodeAgent.Simulation.Moving;

/// <summary>
/// Three whole agents, and an operator who moves the writer about while nodes die and answers get lost. Judged at every
/// point: no two storages take writes, and the one that does holds everything that was ever acknowledged.
/// </summary>
internal sealed class MovingWorld : ISimulatedRun
{
    private const int Volumes = 2;
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly MovingScenario scenario;
    private readonly Weather weather;
    private readonly Truth truth = new();
    private readonly WallClock clock;
    private readonly List<SimNode> nodes = [];
    private readonly Dictionary<NodeId, SimJournal> journals = [];
    private readonly Dictionary<NodeId, MovingAgent> agents = [];
    private readonly List<(int Round, NodeId Node, Func<Task> Call)> late = [];
    private Fault? lastFault;

    public MovingWorld(MovingScenario scenario, string root)
    {
        this.scenario = scenario;
        clock = new WallClock(truth);
        weather = new Weather(scenario.Happenings) { Beyond = happening => Write(happening.Amount) };
        for (var number = 1; number <= 3; number++)
        {
            var node = new SimNode(World.Node(number), root, weather, truth, clock);
            nodes.Add(node);
            journals[node.Id] = new SimJournal(node.Id, weather, clock);
        }
    }

    public int Round => weather.Round;

    public ulong Trace => weather.Trace;

    public long Points { get; private set; }

    public async Task RunAsync()
    {
        weather.Begin(-1);
        nodes.ForEach(Start);
        Create();
        _ = await agents[World.Writer].RunAsync();
        weather.Look = LookAtWriters;
        for (var round = 0; round < scenario.Rounds; round++)
        {
            await RunRoundAsync(round);
        }

        await SettleAsync();
    }

    public void Dispose()
    {
        foreach (var agent in agents.Values)
        {
            agent.Dispose();
        }
    }

    private void Create()
    {
        var record = new UnitRecord(
            World.Unit, World.Writer, new Epoch(1), 1, [World.Node(2), World.Node(3)], TimeSpan.FromSeconds(60), 2, 2, IsPaused: false) { Life = scenario.IsOldUnit ? null : "first" };
        _ = nodes[0].Registry.Store(record);
        var unit = nodes[0].Gate.Unit = new MemoryUnit { Role = Role.Writer, Epoch = 1 };
        for (var number = 0; number < Volumes; number++)
        {
            unit.Volumes[World.Volume(number)] = new MemoryVolume { Head = new byte[64] };
            truth.Made(World.Volume(number), new byte[64]);
        }
    }

    private void Start(SimNode node)
    {
        node.Start();
        agents.GetValueOrDefault(node.Id)?.Dispose();
        var links = nodes.Where(other => other != node).ToDictionary(other => other.Id, other => new SimLink(
            node.Id, other, weather, (rounds, call) => late.Add((weather.Round + 1 + rounds, other.Id, call)))
            { Next = () => agents[other.Id].TakeOvers, SaysLives = () => IsUpgraded(node) });
        agents[node.Id] = new MovingAgent(node, journals[node.Id], links, clock, () => IsUpgraded(node));
    }

    // Nodes are upgraded one after the other: those of before say no lives and give none.
    private bool IsUpgraded(SimNode node) => weather.Round >= scenario.Upgrades[nodes.IndexOf(node)];

    private async Task RunRoundAsync(int round)
    {
        Restart(weather.Begin(round));
        clock.Advance(TimeSpan.FromSeconds(60));
        await DeliverLateAsync(round);
        foreach (var node in nodes)
        {
            await AsAsync(node, async agent =>
            {
                if (scenario.Moves[round] is > 0 and var to && agent.IsWriter)
                {
                    _ = await agent.Switchovers.MoveAsync(new SwitchoverOrder(World.Unit.Name, World.Node(to).Value), None);
                }

                _ = await agent.RunAsync();
            });
        }

        Points += weather.Point;
        weather.End();
        LookAtFormerWriters();
    }

    private async Task AsAsync(SimNode node, Func<MovingAgent, Task> work)
    {
        try
        {
            if (weather.IsAlive(node.Id))
            {
                await work(agents[node.Id]);
            }
        }
        catch (KilledException killed) when (killed.Node == node.Id)
        {
            // It starts again with a later round.
        }
    }

    private async Task DeliverLateAsync(int round)
    {
        foreach (var (_, node, call) in late.Where(call => call.Round <= round).ToList())
        {
            await AsAsync(nodes.First(known => known.Id == node), _ => call());
        }

        late.RemoveAll(call => call.Round <= round);
    }

    private void Restart(IReadOnlyList<NodeId> back)
    {
        foreach (var node in nodes.Where(node => back.Contains(node.Id)))
        {
            late.RemoveAll(call => call.Node == node.Id);
            Start(node);
        }
    }

    /// <summary>No more faults: by themselves the agents come to one writer, and everybody follows it.</summary>
    private async Task SettleAsync()
    {
        await DeliverLateAsync(int.MaxValue);
        Restart(weather.Clear());
        for (var round = 0; round < 4; round++)
        {
            clock.Advance(TimeSpan.FromSeconds(60));
            foreach (var node in nodes)
            {
                await RebuildAsync(agents[node.Id], await agents[node.Id].RunAsync());
            }

            if (round < 2)
            {
                Write(round);
            }
        }

        if (nodes.Where(node => node.Gate.Stored?.Role == Role.Writer && agents[node.Id].IsWriter).ToList() is not [var writer])
        {
            throw new ViolationException("comes to rest", $"the unit does not have one writer: {string.Join("; ", nodes.Select(Describe))}");
        }

        foreach (var node in nodes)
        {
            if (node.Registry.Find(World.Unit)?.Life is not { } life || life != writer.Registry.Find(World.Unit)!.Life)
            {
                throw new ViolationException("ends with one life", $"{node.Id} takes the unit for one of life {node.Registry.Find(World.Unit)?.Life ?? "unknown"}, {writer.Id} for {writer.Registry.Find(World.Unit)!.Life}");
            }

            if (journals[node.Id].Open() is [var open, ..])
            {
                throw new ViolationException("comes to rest", $"operation {open.Key} is left open on {node.Id} at {open.Step}: {open.LastFault}");
            }

            foreach (var (name, volume) in truth.Volumes)
            {
                if (node.Gate.Stored?.Volumes.GetValueOrDefault(name)?.Head.AsSpan().SequenceEqual(volume.Content) != true)
                {
                    throw new ViolationException("ends equal", $"{name} on {node.Id} is not what {writer.Id} was told to keep: {Describe(node)}; {lastFault}");
                }
            }
        }
    }

    // A copy that lagged behind what the new writer keeps has to be made anew; the fault tells the operator so.
    private async Task RebuildAsync(MovingAgent agent, Outcome<CycleReport>? cycle)
    {
        lastFault = cycle is { } outcome ? outcome.Fault ?? outcome.Value.PruneFault ?? outcome.Value.Copies.Values.Select(copy => copy.Fault).FirstOrDefault(fault => fault is not null) : lastFault;
        foreach (var (peer, copy) in cycle is { IsOk: true } seen ? seen.Value.Copies : new Dictionary<NodeId, Outcome<CopyReport>>())
        {
            if (copy.Fault?.Code == FaultCode.Diverged)
            {
                var rebuilt = await agent.Replication.RebuildAsync(World.Unit.Name, peer.Value, None);
                lastFault = rebuilt.Fault ?? lastFault;
            }
        }
    }

    private void LookAtWriters(string point)
    {
        var writers = nodes.Where(node => node.Gate.Stored?.Role == Role.Writer).ToList();
        if (writers.Count > 1)
        {
            throw new ViolationException("one writer", $"storage takes writes on {string.Join(" and ", writers.Select(node => node.Id))} at '{point}'");
        }

        foreach (var (name, volume) in truth.Volumes)
        {
            if (writers is [var writer] && !writer.Gate.Stored!.Volumes[name].Head.AsSpan().SequenceEqual(volume.Content))
            {
                throw new ViolationException("keeps acknowledged writes", $"{name} can be written on {writer.Id} and is not what was acknowledged, at '{point}'");
            }
        }
    }

    // Whoever was the writer once tries to be it again, and to pass the unit on, with what it still believes.
    private void LookAtFormerWriters()
    {
        foreach (var node in nodes)
        {
            if (node.Registry.Find(World.Unit) is not { } known || known.Epoch.Value < 2)
            {
                continue;
            }

            foreach (var other in nodes.Where(other => other != node && other.Id != known.Writer))
            {
                var believed = known with { Writer = other.Id, Epoch = new Epoch(known.Epoch.Value - 1), Copies = [.. nodes.Select(each => each.Id).Where(id => id != other.Id)] };
                Judge.LookAtRogue("record of a former epoch", node.Registry.Adopt(believed, other.Id, node.Id).Fault);
                if (node.Id != known.Writer)
                {
                    var passed = Handover.Passed(believed with { Epoch = known.Epoch }, node.Id);
                    Judge.LookAtRogue("unit that it does not have", node.Registry.TakeOver(passed, other.Id, node.Id).Fault);
                }
            }
        }
    }

    private string Describe(SimNode node) =>
        $"{node.Id} {node.Gate.Stored?.Role} epoch {node.Gate.Stored?.Epoch}, record {node.Registry.Find(World.Unit)?.Writer} epoch {node.Registry.Find(World.Unit)?.Epoch}";

    // A service writes only where the storage lets it.
    private void Write(int amount)
    {
        if (nodes.FirstOrDefault(node => node.Gate.Stored?.Role == Role.Writer)?.Gate.Stored is { } unit)
        {
            var name = World.Volume(amount % Volumes);
            var volume = unit.Volumes[name];
            var place = (amount / 7) % volume.Head.Length;
            volume.Head[place] = (byte)(volume.Head[place] + 1);
            truth.Wrote(name, place, volume.Head[place]);
        }
    }
}
