using NodeAgent.Contract;
using NodeAgent.Simulation.Nodes;
using NodeAgent.Simulation.Scenarios;

namespace NodeAgent.Simulation.Storage;

/// <summary>The way to one node's storage: each call passes points and meets the faults that are due.</summary>
internal sealed class Gate(NodeId node, Weather weather)
{
    private long drawn;

    public NodeId Node => node;

    /// <summary>The unit in this storage, whether it can be seen or not; null if there is none.</summary>
    public MemoryUnit? Stored { get; set; }

    /// <summary>The unit as the agent sees it.</summary>
    public MemoryUnit? Unit
    {
        get => weather.IsGone(node) ? null : Stored;
        set => Stored = weather.IsGone(node) ? throw new InvalidOperationException("storage that is not there was changed") : value;
    }

    /// <summary>True while the storage is not there.</summary>
    public bool IsGone => weather.IsGone(node);

    /// <summary>An identity that no other snapshot has.</summary>
    public string DrawGuid() => $"{node}x{++drawn}";

    /// <summary>Looks, and changes nothing.</summary>
    public Task<Outcome<T>> LookAsync<T>(string what, Func<Outcome<T>> look)
    {
        weather.Pass(node, $"before {what}");
        return Task.FromResult(look());
    }

    /// <summary>Changes something.</summary>
    /// <param name="what">What, for the trace.</param>
    /// <param name="change">The change; done at once or not at all.</param>
    /// <param name="takesRoom">True if a full disk stands in the way.</param>
    public Task<Outcome<T>> ChangeAsync<T>(string what, Func<Outcome<T>> change, bool takesRoom = false)
    {
        weather.Pass(node, $"before {what}");
        if (takesRoom && weather.IsFull(node))
        {
            return Task.FromResult<Outcome<T>>(Full(what));
        }

        if (weather.Takes(HappeningKind.StorageFails, node))
        {
            return Task.FromResult<Outcome<T>>(new Fault(
                FaultCode.ControlPlaneUnavailable, $"cannot {what} on {node}", "the storage's tool does not answer", "Wait.", Retry.Later));
        }

        var changed = change();
        weather.Pass(node, $"after {what}");
        return Task.FromResult(weather.Takes(HappeningKind.StorageLate, node)
            ? new Fault(FaultCode.TimedOut, $"cannot tell whether to {what} on {node} was done", "it took too long", "Look.", Retry.AfterLook)
            : changed);
    }

    /// <summary>A point in the middle of something.</summary>
    public void Pass(string what) => weather.Pass(node, what);

    /// <summary>True once when the storage is to say that it cannot tell.</summary>
    public bool IsUnsure() => weather.Takes(HappeningKind.NotSure, node);

    /// <summary>True while the disk is full.</summary>
    public bool IsFull => weather.IsFull(node);

    public Fault Full(string what) =>
        new(FaultCode.OutOfSpace, $"cannot {what} on {node}", "the disk is full", "Make room.", Retry.AfterFix);
}
