using NodeAgent.Contract;
using NodeAgent.Simulation.Judging;
using NodeAgent.Simulation.Scenarios;

namespace NodeAgent.Simulation.Nodes;

/// <summary>
/// Counts points and makes things happen at them. Whatever an agent does, it passes a point before and after; one that
/// is dead gets no further than the next.
/// </summary>
internal sealed class Weather(IReadOnlyList<Happening> happenings)
{
    // A round of the busiest world passes some hundreds.
    private const int MostPoints = 50_000;

    private readonly HashSet<(HappeningKind Kind, NodeId Node)> armed = [];
    private readonly Dictionary<(HappeningKind Kind, NodeId Node), int> amounts = [];
    private readonly Dictionary<NodeId, int> away = [];
    private readonly Dictionary<NodeId, int> cutOff = [];
    private readonly Dictionary<NodeId, int> full = [];
    private readonly Dictionary<NodeId, int> gone = [];
    private List<Happening> due = [];
    private ulong trace;
    private int passed;

    /// <summary>The round that runs.</summary>
    public int Round { get; private set; }

    /// <summary>The last point that was passed in this round.</summary>
    public int Point { get; private set; }

    /// <summary>All points passed, in order, as one number: two runs are the same if it is.</summary>
    public ulong Trace => trace;

    /// <summary>What the weather itself cannot do: writes, clocks, rogues.</summary>
    public Action<Happening> Beyond { get; set; } = _ => { };

    /// <summary>Called at each point.</summary>
    public Action<string> Look { get; set; } = _ => { };

    /// <summary>Happenings of this round that an operator orders; he does so at its beginning.</summary>
    public IEnumerable<Happening> Orders => happenings.Where(happening => happening.Round == Round && IsOrder(happening.Kind));

    /// <summary>True while the node's agent runs.</summary>
    public bool IsAlive(NodeId node) => !away.ContainsKey(node);

    /// <summary>True while others can reach the node.</summary>
    public bool IsReachable(NodeId node) => IsAlive(node) && !cutOff.ContainsKey(node);

    /// <summary>True while the node's disk is full.</summary>
    public bool IsFull(NodeId node) => full.ContainsKey(node);

    /// <summary>True while the node's storage is not there.</summary>
    public bool IsGone(NodeId node) => gone.ContainsKey(node);

    /// <summary>Begins a round. Tells which nodes start again.</summary>
    public IReadOnlyList<NodeId> Begin(int round)
    {
        Round = round;
        (Point, passed) = (0, 0);
        due = [.. happenings.Where(happening => happening.Round == round && !IsOrder(happening.Kind)).OrderBy(happening => happening.Point)];
        Expire(cutOff);
        Expire(full);
        Expire(gone);
        var before = away.Keys.ToList();
        Expire(away);
        return [.. before.Where(IsAlive)];
    }

    /// <summary>The rest of a round: what had a point that was never reached.</summary>
    public void End()
    {
        Point = int.MaxValue;
        Fire();
    }

    /// <summary>All faults stop.</summary>
    public IReadOnlyList<NodeId> Clear()
    {
        passed = 0;
        armed.Clear();
        cutOff.Clear();
        full.Clear();
        gone.Clear();
        due = [];
        var back = away.Keys.ToList();
        away.Clear();
        return back;
    }

    /// <summary>A node passes a point. A dead one does not.</summary>
    public void Pass(NodeId node, string what)
    {
        Point++;
        if (++passed > MostPoints)
        {
            throw new ViolationException("comes to rest", $"{MostPoints} points in one round: {node} goes round in circles at '{what}'");
        }

        foreach (var letter in what)
        {
            trace = (trace * 31) + letter;
        }

        trace = (trace * 31) + node.Value[^1];
        Look($"{what}, {node}");
        Fire();
        if (!IsAlive(node))
        {
            throw new KilledException(node, what);
        }
    }

    /// <summary>
    /// A node is about to store a record. Counts as no point: what happens in a seed does not depend on how often records are stored.
    /// </summary>
    public void PassStore(NodeId node)
    {
        if (Takes(HappeningKind.KillAtStore, node))
        {
            away[node] = 0;
            throw new KilledException(node, "store a record");
        }
    }

    /// <summary>True once for each happening of that kind at that node.</summary>
    public bool Takes(HappeningKind kind, NodeId node) => armed.Remove((kind, node));

    /// <summary>The same, with its amount.</summary>
    public int? TakesAmount(HappeningKind kind, NodeId node) => armed.Remove((kind, node)) ? amounts[(kind, node)] : null;

    private static bool IsOrder(HappeningKind kind) => kind is HappeningKind.AddVolume or HappeningKind.RemoveVolume
        or HappeningKind.OperatorSnapshot or HappeningKind.SetRetention or HappeningKind.RecreateUnit;

    private static void Expire(Dictionary<NodeId, int> states)
    {
        foreach (var (node, rounds) in states.ToList())
        {
            if (rounds == 0)
            {
                states.Remove(node);
            }
            else
            {
                states[node] = rounds - 1;
            }
        }
    }

    private void Fire()
    {
        while (due.Count > 0 && due[0].Point <= Point)
        {
            var happening = due[0];
            due.RemoveAt(0);
            Fire(happening, World.Node(happening.Node));
        }
    }

    private void Fire(Happening happening, NodeId node)
    {
        switch (happening.Kind)
        {
            case HappeningKind.KillWriter:
                away[node] = 0;
                break;
            case HappeningKind.KillCopy:
                away[node] = happening.Amount;
                break;
            case HappeningKind.PeerDown:
                cutOff[node] = happening.Amount;
                break;
            case HappeningKind.StorageGone:
                gone[node] = happening.Amount;
                break;
            case HappeningKind.DiskFull:
                full[node] = happening.Amount;
                break;
            case HappeningKind.Write or HappeningKind.JumpClock or HappeningKind.Rogue:
                Beyond(happening);
                break;
            default:
                armed.Add((happening.Kind, node));
                amounts[(happening.Kind, node)] = happening.Amount;
                break;
        }
    }
}
