using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Daemon.Operations;

namespace NodeAgent.Simulation.Nodes;

/// <summary>The journal's promises without its files: what it holds survives the agent. A full disk refuses to begin anything, and forgets marks.</summary>
internal sealed class SimJournal(NodeId node, Weather weather, TimeProvider time) : IOperationJournal
{
    private readonly SortedDictionary<string, Operation> stored = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Operation> open = new(StringComparer.Ordinal);
    private long drawn;

    /// <summary>What a new agent finds.</summary>
    public void Reload()
    {
        open.Clear();
        foreach (var (key, operation) in stored)
        {
            open[key] = operation;
        }
    }

    public Outcome<Operation> Begin(string key, string kind, string subject, ImmutableDictionary<string, string> arguments)
    {
        var now = time.GetUtcNow();
        var operation = open.TryGetValue(key, out var known)
            ? known with { Arguments = arguments, Attempts = known.Attempts + 1, ChangedAt = now, Step = "begin" }
            : new Operation(key, new OperationId(new Guid((int)++drawn, 0, 0, new byte[8])), kind, subject, "begin", now, now, arguments, 1, null);
        return Keep(operation, "begin");
    }

    public Outcome<Operation> Note(Operation operation, ImmutableDictionary<string, string> arguments) =>
        Keep(operation with { Arguments = arguments, ChangedAt = time.GetUtcNow() }, "note");

    public Operation Mark(Operation operation, string step) =>
        Store(operation with { Step = step, ChangedAt = time.GetUtcNow() }, step);

    public Operation Fail(Operation operation, Fault fault) =>
        Store(operation with { LastFault = fault.ToString(), ChangedAt = time.GetUtcNow() }, "fail");

    public void Finish(Operation operation, Fault? fault)
    {
        weather.Pass(node, "before journal finish");
        stored.Remove(operation.Key);
        open.Remove(operation.Key);
        weather.Pass(node, "after journal finish");
    }

    public IReadOnlyList<Operation> Open() => [.. open.Values.OrderBy(operation => operation.Key, StringComparer.Ordinal)];

    public IReadOnlyList<EndedOperation> Recent() => [];

    private Outcome<Operation> Keep(Operation operation, string verb)
    {
        weather.Pass(node, $"before journal {verb} {operation.Kind}");
        if (weather.IsFull(node))
        {
            return new Fault(FaultCode.OutOfSpace, $"cannot note {operation.Kind} of {operation.Subject}", "the disk is full", "Make room.", Retry.AfterFix);
        }

        open[operation.Key] = operation;
        stored[operation.Key] = operation;
        weather.Pass(node, $"after journal {verb} {operation.Kind}");
        return operation;
    }

    private Operation Store(Operation operation, string step)
    {
        weather.Pass(node, $"before journal {step}");
        open[operation.Key] = operation;
        if (!weather.IsFull(node))
        {
            stored[operation.Key] = operation;
        }

        weather.Pass(node, $"after journal {step}");
        return operation;
    }
}
