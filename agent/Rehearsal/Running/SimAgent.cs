using NodeAgent.Core.Nodes;

namespace NodeAgent.Rehearsal.Running;

/// <summary>The agent's process on a node: hands inputs to the decision core, and its effects to the hands.</summary>
internal sealed class SimAgent(World world, SimMachine machine)
{
    private readonly List<NodeInput> waiting = [];
    private NodeState state = NodeState.Fresh;
    private NodeSettings? settings;
    private long frozenUntil;
    private bool isTold;

    public SimMachine Machine { get; } = machine;

    /// <summary>Names the process: what was begun by one before it is not for this one.</summary>
    public int Process { get; private set; }

    /// <summary>Names it in the store: never the same as that of another machine.</summary>
    public long Run => Process + (Machine.IsTwin ? int.MaxValue : 0L);

    public bool IsAlive { get; private set; }

    /// <summary>True time since which this process runs.</summary>
    public long Since { get; private set; }

    public NodeState State => state;

    /// <summary>True while it stands still.</summary>
    public bool IsStill => frozenUntil > world.Agenda.Now || Machine.IsStalled;

    /// <summary>A new process. It knows its stay if one is given to it: then its services go on.</summary>
    public void Begin(NodeState fresh)
    {
        Process++;
        IsAlive = true;
        Since = world.Agenda.Now;
        settings = world.Settings(Machine, Run);
        frozenUntil = 0;
        isTold = false;
        waiting.Clear();
        state = fresh with { IsAttested = Machine.HasWatchdog, IsGuarded = Machine.Deadline is not null };
        NextTick(Process);
        Tell();
    }

    public void End()
    {
        IsAlive = false;
        Process++;
    }

    public void Freeze(long until)
    {
        frozenUntil = Math.Max(frozenUntil, until);
        Resume(Process);
    }

    public void Thaw()
    {
        frozenUntil = 0;
        Resume(Process);
    }

    /// <summary>The store changed: it is told a moment later, unless it already will be.</summary>
    public void Tell()
    {
        if (IsAlive && !isTold)
        {
            isTold = true;
            var process = Process;
            world.Agenda.After(world.Draw(TimeSpan.FromMilliseconds(0.5), TimeSpan.FromMilliseconds(8), Purpose.Watch, Machine.Index), () => See(process));
        }
    }

    public void Take(NodeInput input, int process)
    {
        if (!IsAlive || process != Process)
        {
            return;
        }

        if (IsStill)
        {
            waiting.Add(input);
            return;
        }

        var decision = world.Decide(settings!, state, input, Machine.Clock);
        state = decision.Next;
        world.Count(Machine, input, decision);
        foreach (var effect in decision.Effects)
        {
            world.Hands.Do(this, effect);
            if (!IsAlive)
            {
                return;
            }
        }
    }

    /// <summary>Goes on after it stood still.</summary>
    public void Resume(int process)
    {
        if (!IsAlive || process != Process)
        {
            return;
        }

        if (IsStill)
        {
            world.Agenda.At(Math.Max(frozenUntil, Machine.StalledUntil), () => Resume(process));
            return;
        }

        var inputs = waiting.ToList();
        waiting.Clear();
        foreach (var input in inputs)
        {
            Take(input, process);
        }
    }

    private void See(int process)
    {
        if (process == Process && IsAlive)
        {
            isTold = false;
            if (world.Network.ReachesStore(Machine))
            {
                Machine.Memory = Machine.Memory.Saw(world.Store.View);
                Take(new NodeInput.Seen(world.Store.View), process);
            }
        }
    }

    private void NextTick(int process) => world.Agenda.After(
        world.Timings.RenewEvery * world.TickShare,
        () =>
        {
            if (process == Process && IsAlive)
            {
                if (!IsStill)
                {
                    Take(new NodeInput.Ticked(), process);
                }

                if (process == Process && IsAlive)
                {
                    NextTick(process);
                }
            }
        });
}
