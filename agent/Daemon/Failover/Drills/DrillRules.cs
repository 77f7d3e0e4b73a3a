using NodeAgent.Contract;
using NodeAgent.Core.Placement;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Failover.Desk;

namespace NodeAgent.Daemon.Failover.Drills;

/// <summary>When a drill is safe: if anything happened in the middle of it, the cluster could still look after the service. Pure.</summary>
internal static class DrillRules
{
    /// <summary>The node that a drill goes to, or why there can be none now.</summary>
    public static Outcome<NodeId> Target(ClusterView view, ServiceRecord service, NodeId? asked, Foresight foresight)
    {
        var name = service.Policy.Name;
        if (!view.Record.Arm.IsArmed)
        {
            return Refuse(name, $"takeovers are disarmed: {view.Record.Arm.Reason}", "nodeagent arm");
        }

        if (view.Record.Members.Values.FirstOrDefault(member => !view.IsLive(member.Node, member.Session)) is { } away)
        {
            return Refuse(name, $"{away.Node} is not here: a drill is for a cluster that is whole", $"Bring it back: nodeagent explain {away.Node}");
        }

        if (service.Owner is not { } owner || service.Phase != ServicePhase.Running || !view.IsHeld(service))
        {
            return Refuse(name, $"it is {Explanations.Word(service.Phase)}{(service.Reason.Length > 0 ? $": {service.Reason}" : "")}", $"nodeagent explain {name}");
        }

        if (asked == owner.Node)
        {
            return Refuse(name, $"it runs on {asked} already", "Choose another node.");
        }

        if (!service.Policy.Nodes.Contains(owner.Node))
        {
            return Refuse(name, $"{owner.Node} is not one of its nodes any more: it could not come back", $"nodeagent explain {name}");
        }

        if (foresight.StoreWithout(owner.Node) is { } stuck)
        {
            return Refuse(name, $"if {owner.Node} died the cluster store could decide nothing: {stuck}", "nodeagent cluster store");
        }

        // The copy must be good enough as if the node had died: then the drill shows what a failure would.
        var choice = foresight.Choose(view, service with { Target = asked }, owner.Node);
        var wanted = asked ?? choice.Node;
        var candidate = choice.Candidates.FirstOrDefault(known => known.Node == wanted);
        return wanted is not { } node ? Refuse(name, $"nobody could have it: {choice.Reason}", $"nodeagent explain {name}")
            : candidate is null ? Refuse(name, $"{node} is not one of its nodes: {string.Join(", ", service.Policy.Nodes)}", "Choose one of them.")
            : candidate.Objection is { } why ? Refuse(name, $"{node}: {why}", $"Wait until its copy is good: nodeagent replication list; nodeagent explain {name}")
            : node;
    }

    /// <summary>Why a drill of a service cannot be.</summary>
    public static Fault Refuse(string service, string why, string next) =>
        new(FaultCode.PreconditionFailed, $"cannot drill service {service}", why, next, Retry.AfterFix);
}
