using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Controller.Seen;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Provisioning;

/// <summary>What must be so before anything is changed. While a satellite is away LINSTOR writes orders down and does them later: none is given then.</summary>
internal sealed class Readiness(ControllerParts parts)
{
    /// <summary>These nodes are there for LINSTOR.</summary>
    public async Task<Outcome> OnlineAsync(IEnumerable<string> names, string what, CancellationToken cancellation)
    {
        var nodes = await parts.Looks.NodesAsync(what, cancellation);
        if (!nodes.IsOk)
        {
            return nodes.Fault;
        }

        foreach (var name in names)
        {
            var node = nodes.Value.FirstOrDefault(found => ControllerLooks.IsSame(found.Name, name));
            if (node is not { IsOnline: true })
            {
                return new Fault(
                    FaultCode.PeerUnavailable, what,
                    node is null ? $"LINSTOR knows no node {name}" : $"node {name} is {(node.Connection.Length > 0 ? node.Connection : "unknown")} to LINSTOR{(node.Flags.Count > 0 ? $" ({string.Join(',', node.Flags)})" : "")}: nothing was changed",
                    node is null ? "Call it there as the agent does: 'linstor node list'." : $"Bring it back: 'systemctl status linstor-satellite' on {name}.", node is null ? Retry.AfterFix : Retry.Later);
            }
        }

        return Outcome.Done;
    }

    /// <summary>A resource's copies; a fault if one is not whole. Empty: there are none.</summary>
    public async Task<Outcome<IReadOnlyList<SeenResource>>> WholeAsync(string resource, string what, CancellationToken cancellation)
    {
        var copies = await parts.Looks.ResourcesAsync([resource], what, cancellation);
        var online = copies.IsOk ? await OnlineAsync(copies.Value.Select(copy => copy.Node), what, cancellation) : copies.Fault;
        if (!online.IsOk)
        {
            return online.Fault;
        }

        foreach (var copy in copies.Value.Where(copy => !copy.IsDiskless))
        {
            if (copy.Volumes.FirstOrDefault(volume => volume.Disk != "UpToDate") is { } volume)
            {
                return Faults.Mend(
                    what, $"volume {Sizes.Text(volume.Number)} on {copy.Node} is {(volume.Disk.Length > 0 ? volume.Disk : "unknown")} to LINSTOR: nothing was changed",
                    "Wait until all copies are UpToDate: 'linstor volume list'.");
            }
        }

        return copies;
    }

    /// <summary>The resource is open on no node, and both copies are whole.</summary>
    public async Task<Outcome> ClosedAsync(Resource resource, IEnumerable<SeenResource> copies, string what, CancellationToken cancellation)
    {
        if (Opened(copies, what) is { } opened)
        {
            return opened;
        }

        var state = await parts.Drbd.Tool.FindAsync(resource.Name, what, cancellation);
        return !state.IsOk ? state.Fault
            : state.Value is { IsMirrored: true, IsSecondary: true, PeerRole: "Secondary" } ? Outcome.Done
            : state.Value is { IsPrimary: true } or { PeerRole: "Primary" } ? InUse(what, $"resource {resource.Name} is {state.Value}", state.Value.IsPrimary ? parts.Drbd.Self.Value : parts.Drbd.Peer.Value)
            : Faults.Mend(what, $"resource {resource.Name} is {state.Value?.ToString() ?? "not there"}, not closed and whole on both nodes", "Bring both nodes up and wait for the copy.");
    }

    /// <summary>Why a resource counts as open, with who has it open; null: it is open nowhere.</summary>
    public static Fault? Opened(IEnumerable<SeenResource> copies, string what)
    {
        var open = copies.Where(copy => copy.IsInUse != false).ToList();
        return open.Count == 0 ? null
            : open.Exists(copy => copy.IsInUse == true) ? InUse(what, $"it is open on {string.Join(" and ", open.Where(copy => copy.IsInUse == true).Select(copy => copy.Node))}", string.Join(',', open.Where(copy => copy.IsInUse == true).Select(copy => copy.Node)))
            : new Fault(FaultCode.PeerUnavailable, what, $"nobody knows whether it is open on {open[0].Node}", "Bring that node back.", Retry.Later);
    }

    private static Fault InUse(string what, string why, string holders) => new(FaultCode.InUse, what, why, "Stop the service first; the unit must be demoted on both nodes.", Retry.AfterFix)
    {
        Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["holders"] = holders },
    };
}
