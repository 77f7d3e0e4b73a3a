using NodeAgent.Contract;

namespace NodeAgent.Plugins.LinstorBackend.Kernel;

/// <summary>Why writes stand still for another reason than the one that the agent answers itself ("fencing"), and what ends it.</summary>
internal static class Suspension
{
    /// <summary>A snapshot makes writes stand still, and is over by then.</summary>
    public static readonly TimeSpan Moment = TimeSpan.FromSeconds(5);

    /// <summary>What is to be done about it; null: writes go on, or the agent lets them go.</summary>
    public static Fault? Told(ResourceState state, NodeId peer, string what)
    {
        var reasons = state.Suspended.Split(',').Where(reason => reason is not ("no" or "fencing")).Select(reason => Of(reason, state.Name, peer)).ToList();
        return reasons.Count == 0 || !state.IsPrimary ? null : Faults.Data(
            what, $"writes stand still: {string.Join("; ", reasons.Select(reason => reason.Why))}", string.Join(" ", reasons.Select(reason => reason.Next)));
    }

    private static (string Why, string Next) Of(string reason, string resource, NodeId peer) => reason switch
    {
        "user" => ("somebody ordered it ('drbdadm suspend-io', or a snapshot that did not end)", $"When that is done: 'drbdadm resume-io {resource}'."),
        "no-data" => ("no copy that is up to date can be reached", $"Bring {peer} or this node's disk back: they go on by themselves."),
        "quorum" => ("too few nodes are connected for a majority", "Bring the others back: they go on by themselves."),
        _ => ($"the kernel says '{reason}'", "Look at 'drbdadm status' and 'dmesg'."),
    };
}
