using NodeAgent.Contract;

namespace NodeAgent.Core.Views;

/// <summary>
/// Whether a node that has a service may take the configuration of one of its guests from another node. The only place where that is
/// decided. A tenure begins only with a proof that the one before is over, so no agent runs the guest elsewhere. What is asked for here
/// beyond that is that nobody else, such as an operator, runs it there.
/// </summary>
public static class GuestClaims
{
    /// <summary>Done, or why not and what an operator can do. Unknown is never a yes.</summary>
    /// <param name="view">The store.</param>
    /// <param name="name">The service.</param>
    /// <param name="self">This node.</param>
    /// <param name="holder">The node whose folder has the configuration, as Proxmox calls it.</param>
    /// <param name="runsThere">What that node itself answered; null: it did not.</param>
    public static Outcome About(ClusterView view, string name, NodeId self, string holder, bool? runsThere)
    {
        if (view.Record.Service(name) is not { Owner: { } owner } service || owner.Node != self || !view.IsHeld(service))
        {
            return Refused(FaultCode.NotWriter, "this node does not have the service any more", "Nothing: whoever has it starts it.", Retry.Never);
        }

        if (!service.Policy.Nodes.Any(node => node.Value == holder))
        {
            return Refused(
                FaultCode.PreconditionFailed, $"{holder} is none of the service's nodes, and nothing tells what it does with the guest",
                $"Migrate it in Proxmox to {self}, or add {holder} to the service's nodes.", Retry.AfterFix);
        }

        var node = new NodeId(holder);
        return runsThere switch
        {
            false => Outcome.Done,
            true => Refused(FaultCode.InUse, $"it runs on {holder}, and no agent started it there", $"Stop it on {holder} in Proxmox, and see who starts it.", Retry.Later),
            _ when Proofs.OfNode(view, node) is not null => Outcome.Done,
            _ => Refused(
                FaultCode.FenceRequired, $"{holder} does not tell whether it runs there, and nothing proves that {holder} is gone",
                view.IsLive(node) ? $"See why 'pvesh get /nodes/{holder}/status' gives no answer." : $"See that {holder} is off, then 'nodeagent confirm-dead {holder}'.", Retry.Later),
        };

        Fault Refused(FaultCode code, string why, string next, Retry retry) => new(code, $"cannot take the guest's configuration from {holder}", why, next, retry);
    }
}
