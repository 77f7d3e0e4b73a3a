using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Leases;
using NodeAgent.Core.Nodes;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;
using NodeAgent.Rehearsal.Plans;
using NodeAgent.Rehearsal.Reports;

namespace NodeAgent.Rehearsal.Running;

/// <summary>A cluster in memory. One thread, one computed clock; a run is a function of its plan.</summary>
internal sealed class World
{
    // Of 300 s: a fencing whose fencer heard no answer is waited for until the node had time to boot (120 s), then the service is
    // taken and decided (4 s), and goes back where it belongs once it ran for a minute. After that nothing may happen for 90 s.
    private const double RestShare = 0.7;
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMilliseconds(250);
    private readonly RehearsalPlan plan;
    private readonly Decider decider;
    private readonly Draws draws;
    private readonly Dictionary<(int, int), long> ordinals = [];
    private readonly Dictionary<string, SimMachine> byName;
    private readonly ImmutableArray<SimAgent> agents;
    private readonly ImmutableDictionary<string, ServicePlan> services;
    private readonly List<TimelineEntry> timeline = [];
    private readonly FenceList fences = new();
    private readonly Dictionary<string, string> waits = new(StringComparer.Ordinal);
    private ulong trace = 14695981039346656037;
    private bool hadStore = true;

    public World(RehearsalPlan plan, Timings timings, Decider decider, Flaw flaw)
    {
        (this.plan, this.decider, Timings, Flaw, draws) = (plan, decider, timings, flaw, new Draws(plan.Seed));
        Machines = [.. plan.Nodes.Select((node, index) => new SimMachine(index, node, Agenda))];
        byName = Machines.ToDictionary(machine => machine.Plan.Name, StringComparer.Ordinal);
        services = plan.Services.ToImmutableDictionary(service => service.Policy.Name, StringComparer.Ordinal);
        Network = new SimNetwork(Machines);
        Store = new SimStore(Agenda, timings.Lease, flaw);
        Judge = new Judge(this);
        Power = new Power(this, plan.Boot);
        Hands = new Hands(this);
        Parts = new Parts(this);
        Copies = new CopyKeeper(this);
        Mirrors = new MirrorKeeper(this, flaw);
        Twins = new Twins(this);
        agents = [.. Machines.Where(machine => machine.Plan.HasAgent).Select(machine => new SimAgent(this, machine))];
        Store.RanOut = (node, session) => fences.Ended(Time, node, session);
        Store.Changed = Twins.TellAll;
    }

    public Agenda Agenda { get; } = new();

    public Timings Timings { get; }

    /// <summary>What is wrong around the core.</summary>
    public Flaw Flaw { get; }

    public ImmutableArray<SimMachine> Machines { get; }

    public SimNetwork Network { get; }

    public SimStore Store { get; }

    public Judge Judge { get; }

    public Power Power { get; }

    public Hands Hands { get; }

    public Parts Parts { get; }

    public CopyKeeper Copies { get; }

    public MirrorKeeper Mirrors { get; }

    public Twins Twins { get; }

    /// <summary>The epochs some minutes after everything was mended.</summary>
    public Dictionary<string, Epoch> EpochsAtRest { get; set; } = [];

    public double TickShare { get; init; } = 0.5;

    public long Steps { get; private set; }

    public TimeSpan HangLimit => plan.HangLimit;

    public TimeSpan Time => TimeSpan.FromTicks(Agenda.Now / 100);

    public ImmutableArray<SimAgent> Agents => agents;

    public SimMachine Machine(string name) => byName[name];

    public ServicePolicy Policy(string service) => services[service].Policy;

    public IEnumerable<string> Services => services.Keys;

    public ServicePlan Plan(string service) => services[service];

    public NodeDecision Decide(NodeSettings settings, NodeState state, NodeInput input, Instant now) => decider(settings, state, input, now);

    public NodeSettings Settings(SimMachine machine, long run) => new(new NodeId(machine.Plan.Name), machine.BootId, Timings)
    {
        Run = run,
        CanFence = node => byName.TryGetValue(node.Value, out var other) && other.Plan.CanBeFenced,
    };

    /// <summary>Runs to the plan's end, or to the first broken promise.</summary>
    public RehearsalReport Run(bool stopsAtViolation)
    {
        Begin();
        var until = plan.Length.Ticks * 100;
        while (!(stopsAtViolation && Judge.Violations.Count > 0) && Agenda.Next(until))
        {
        }

        if (plan.CalmFrom is not null && Judge.Violations.Count == 0)
        {
            Calm.Judge(this);
        }

        return Report();
    }

    public void Tell(string node, string text) => timeline.Add(new TimelineEntry(Time, node, text));

    /// <summary>All nodes see what a service waits for; it is told once.</summary>
    public void TellWaiting(string node, string service, string text)
    {
        if (waits.GetValueOrDefault(service) != text)
        {
            waits[service] = text;
            Tell(node, $"waiting {service}: {text}");
        }
    }

    public double Share(Purpose purpose, int actor) => draws.Share((int)purpose, actor, Ordinal(purpose, actor));

    public TimeSpan Draw(TimeSpan least, TimeSpan most, Purpose purpose, int actor) => draws.Between(least, most, (int)purpose, actor, Ordinal(purpose, actor));

    /// <summary>Counts a decision, and makes it part of the trace.</summary>
    public void Count(SimMachine machine, NodeInput input, NodeDecision decision)
    {
        Steps++;
        Choices.Look(this, machine, decision);
        trace = ((trace ^ (ulong)(Agenda.Now + machine.Index + (input.GetType().Name.Length << 8))) * 1099511628211) + (ulong)decision.Effects.Count;
    }

    public WishAnswer Ask(SimMachine machine, long session, long run, Wish wish)
    {
        var before = Store.View.Record;
        var answer = Store.Ask(machine.Plan.Name, session, run, wish);
        if (answer == WishAnswer.Done)
        {
            Note(machine, wish, before);
        }

        return answer;
    }

    public WishAnswer Order(Orders what, string of, string why, string? to = null)
    {
        var answer = Store.Ask("", 0, 0, new Wish.Order(what, of, why, to is null ? null : new NodeId(to)));
        if (what is Orders.Start or Orders.Reset or Orders.Move && answer == WishAnswer.Done)
        {
            Judge.Limits.Forgive(of);
        }

        if (what == Orders.ConfirmDead && answer == WishAnswer.Done && Store.View.Record.Member(new NodeId(of)) is { Fence: { Done: { } proof } fence } && fence.Session != 0)
        {
            fences.Declare(Time, new NodeId(of), fence.Session, proof);
        }

        return answer;
    }

    public void StartAgent(SimMachine machine) => Twins.AgentOf(machine)?.Begin(NodeState.Fresh);

    public SimAgent? Agent(string node) => agents.FirstOrDefault(agent => agent.Machine.Plan.Name == node);

    /// <summary>Links changed: whoever reaches the store again sees it.</summary>
    public void Reached()
    {
        var hasStore = Network.HasStore;
        if (hasStore && !hadStore)
        {
            Store.Promote();
        }

        if (hasStore != hadStore)
        {
            Tell("", hasStore ? "the store answers again" : "the store answers nobody: no majority of its votes is left");
        }

        hadStore = hasStore;
        Mirrors.Look();
        Twins.TellAll();
    }

    private long Ordinal(Purpose purpose, int actor)
    {
        var key = ((int)purpose, actor);
        return ordinals[key] = ordinals.GetValueOrDefault(key) + 1;
    }

    private void Note(SimMachine machine, Wish wish, ClusterRecord before)
    {
        switch (wish)
        {
            case Wish.Take take when Store.View.Record.Service(take.Service) is { Owner: { } owner }:
                Judge.State(take.Service, take.Loss, before.Service(take.Service) is { } taken && StoreAge.IsAccepted(Store.View with { Record = before }, taken));
                waits.Remove(take.Service);
                Judge.Limits.Passed(take.Service);
                Choices.LookAtTaken(this, take.Service, owner.Node);
                Tell(machine.Plan.Name, $"has {take.Service} in epoch {owner.Epoch}: {owner.Proof.Detail}");
                if (before.Service(take.Service)?.Owner is { } old)
                {
                    Judge.Takes(take.Service, old.Node, owner.Node, before.Arm);
                    fences.Declare(Time, old.Node, old.Session, owner.Proof);
                }

                break;
            case Wish.EndFence { Proof: { } proof } end:
                Tell(machine.Plan.Name, $"declares {end.Node} dead: {proof.Detail}");
                fences.Declare(Time, end.Node, end.Session, proof);
                break;
            case Wish.Release release:
                Tell(machine.Plan.Name, $"lets go of {release.Service}: {release.Reason}");
                break;
            // That it runs is told already.
            case Wish.Publish { Phase: not ServicePhase.Running } publish:
                Tell(machine.Plan.Name, $"{publish.Service} is {publish.Phase.ToString().ToLowerInvariant()}{(publish.Reason.Length > 0 ? $": {publish.Reason}" : "")}");
                break;
            default:
                break;
        }
    }

    private void Begin()
    {
        Store.Begin(Beginning.Record(plan));
        foreach (var machine in Machines)
        {
            if (!machine.Plan.IsConnected)
            {
                Network.Cut(machine.Plan.Name);
            }
        }

        foreach (var service in plan.Services.Where(service => service.Policy.HasCopies))
        {
            if (service.IsSynchronous)
            {
                Mirrors.Begin(service);
            }
            else
            {
                Copies.Begin(service);
            }
        }

        foreach (var machine in Machines.Where(machine => machine.Plan.IsOn))
        {
            machine.Boot();
            StartAgent(machine);
        }

        Agenda.After(Beginning.Patience, () => Store.Replace(Beginning.Open(Store.View.Record)));
        hadStore = Network.HasStore;
        Watch();
        Mirrors.Watch();
        Sweep();
        foreach (var service in plan.Services.Where(service => !service.IsSynchronous))
        {
            Cycle(service);
        }

        foreach (var happening in plan.Happenings)
        {
            Agenda.At(happening.At.Ticks * 100, () => Happenings.Do(this, happening));
        }

        if (plan.CalmFrom is { } calm)
        {
            Agenda.At(calm.Ticks * 100, () => Calm.Begin(this, (plan.Length - calm) * RestShare));
        }
    }

    private void Sweep()
    {
        if (Network.HasStore)
        {
            Store.Sweep();
            foreach (var agent in agents.Where(agent => agent is { IsAlive: true, IsStill: false } && Network.ReachesStore(agent.Machine)))
            {
                Store.EndSilent(agent.Machine.Plan.Name, agent.Machine.Rate, Flaw == Flaw.TakesStaysTooEarly ? 0.5 : 1);
            }
        }

        Agenda.After(SweepEvery + Draw(TimeSpan.Zero, TimeSpan.FromMilliseconds(50), Purpose.Sweep, 0), Sweep);
    }

    private void Watch()
    {
        foreach (var service in services.Keys)
        {
            Monitor.Look(this, service);
        }

        Agenda.After(Monitor.Every, Watch);
    }

    private void Cycle(ServicePlan service)
    {
        foreach (var machine in Machines.Where(machine => machine.Writes(service.Policy.Name)))
        {
            Copies.Cycle(machine, service.Policy.Name);
        }

        Agenda.After(service.CopyEvery, () => Cycle(service));
    }

    private RehearsalReport Report() => new(
        [.. Store.View.Record.Services.Values.Select(service => Endings.Of(this, service))],
        [.. Machines.Select(machine => Endings.Of(this, machine))], Network.HasStore, Store.View.Record.Arm.IsArmed,
        [.. Power.Resets], [.. fences.All(Store.View, Time)], [.. Judge.Violations], [.. timeline], trace, Steps);
}
