using NodeAgent.Contract;
using NodeAgent.Core.Nodes;
using NodeAgent.Core.Placement;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Status;
using NodeAgent.Daemon.Stores;

namespace NodeAgent.Daemon.Failover.Desk;

/// <summary>What an operator has to know about failover: what stands in its way, and what it waits for.</summary>
internal static class FailoverProblems
{
    /// <summary>Finds them.</summary>
    /// <param name="state">What this node knows.</param>
    /// <param name="self">This node.</param>
    /// <param name="foresight">What would happen if a node died.</param>
    /// <param name="watchdog">Why this node's watchdog proves nothing; null: it does.</param>
    public static IEnumerable<Problem> Find(NodeState state, NodeId self, Foresight foresight, Fault? watchdog)
    {
        if (state.View is not { } view || state.Session == 0)
        {
            yield return state.IsAnotherHere(self)
                ? new Problem(
                    HealthLevel.Failed, self.Value, $"this machine takes no part in decisions: another machine is alive under the name {self}",
                    "if it is a clone, or was restored beside its original: switch one of the two off; if it crashed while its agent was replaced: wait, it joins when the longer lease has ended")
                : new Problem(HealthLevel.Failed, self.Value, $"{self} takes no part in decisions: it has no lease in the cluster store", "nodeagent cluster store");
            if (state.View is null)
            {
                yield break;
            }
        }

        view = state.View!;
        if (!view.Record.Arm.IsArmed)
        {
            yield return new Problem(HealthLevel.Degraded, "cluster", $"takeovers are disarmed: {view.Record.Arm.Reason}", "nodeagent arm");
        }

        foreach (var problem in view.Record.Members.Values.SelectMany(member => OfMember(view, member, self, foresight, watchdog)))
        {
            yield return problem;
        }

        foreach (var problem in view.Record.Services.Values.SelectMany(service => OfService(state, view, service, foresight)))
        {
            yield return problem;
        }
    }

    /// <summary>Members of the store that are not counted on. Without a majority each service says so itself.</summary>
    public static IEnumerable<Problem> OfStore(StoreMajority? store) => (store?.Silent ?? []).Select(voter => new Problem(
        HealthLevel.Degraded, "store", $"member {voter.Name} of the cluster store is not counted on: {voter.Problem}; {store!.Needed} of {store.Voters.Count} are needed, or no service goes on anywhere",
        "nodeagent cluster store; on that node: systemctl status nodeagent-etcd"));

    /// <summary>A store that is not what this node has seen before, or a node that does not know what it has seen.</summary>
    public static IEnumerable<Problem> OfRecall(string? doubt, Fault? unread)
    {
        if (unread is not null)
        {
            yield return new Problem(HealthLevel.Failed, "store", $"{unread.What}: {unread.Why}. This node goes on with the services that it has, and takes no other", unread.NextStep);
        }

        if (doubt is not null)
        {
            yield return new Problem(
                HealthLevel.Failed, "store", $"{doubt}. Was it restored from a backup, or founded anew? Nobody takes a service by itself that it may have forgotten something of",
                "nodeagent service list; see that every node that has data is here, then for each that waits: nodeagent failover SERVICE --accept-loss; one that runs: nodeagent service stop, failover --accept-loss, service start; one that is no more: nodeagent service forget SERVICE. What is accepted counts also for nodes that come back later with less");
        }
    }

    /// <summary>Services of the configuration that this node cannot make known to the others.</summary>
    public static IEnumerable<Problem> OfUnmade(IReadOnlyDictionary<string, string> services) => services.Select(service => new Problem(
        HealthLevel.Degraded, service.Key, $"service {service.Key} is configured here and cannot be looked after: {service.Value}", "nodeagent service list"));

    /// <summary>Fence devices that would fail when they are needed.</summary>
    public static IEnumerable<Problem> OfDevices(IReadOnlyDictionary<NodeId, IReadOnlyList<Fault>> found) => found.SelectMany(node => node.Value.Select(fault =>
        new Problem(HealthLevel.Degraded, node.Key.Value, $"{fault.What}: {fault.Why}: if {node.Key} dies its power may not be cut", fault.NextStep)));

    private static IEnumerable<Problem> OfMember(ClusterView view, MemberRecord member, NodeId self, Foresight foresight, Fault? watchdog)
    {
        var standing = Standings.Of(view, member);
        if (standing is NodeStanding.Suspect or NodeStanding.Fencing)
        {
            yield return new Problem(
                HealthLevel.Failed, member.Node.Value, $"{member.Node} is {Explanations.Word(standing)}: its services wait for the proof that it writes no more",
                $"nodeagent explain {member.Node}; if you have seen that it is off: nodeagent confirm-dead {member.Node}");
        }

        if (!member.IsAttested && view.IsLive(member.Node) && !foresight.CanFence(member.Node))
        {
            yield return new Problem(
                HealthLevel.Degraded, member.Node.Value,
                $"if {member.Node} dies its services wait for an operator: {(member.Node == self && watchdog is not null ? watchdog.Why : "it has no watchdog that proves anything")}, and nothing is configured that cuts its power",
                member.Node == self && watchdog is not null ? watchdog.NextStep : $"nodeagent doctor on {member.Node}");
        }
    }

    private static string Next(ClusterView view, ServiceRecord service)
    {
        var name = service.Policy.Name;
        return service is { Owner: null, Policy.HasCopies: true } && !view.ConfiguredOn(name).Any()
            ? $"nodeagent explain {name}; if no configuration has it any more: nodeagent service forget {name}"
            : $"nodeagent explain {name}";
    }

    private static IEnumerable<Problem> OfService(NodeState state, ClusterView view, ServiceRecord service, Foresight foresight)
    {
        var name = service.Policy.Name;
        var phase = Standings.Of(view, service);
        if (phase is ServicePhase.Error || (phase == ServicePhase.Waiting && service.Wanted == WantedState.Running))
        {
            var why = state.Waits.GetValueOrDefault(name) ?? service.Reason;
            yield return new Problem(HealthLevel.Failed, name, $"service {name} does not run: {(why.Length > 0 ? why : "it waits")}", Next(view, service));
        }
        else if (phase == ServicePhase.Running && foresight.IfDead(view, service) is { IsAutomatic: false } prospect)
        {
            yield return new Problem(HealthLevel.Degraded, name, $"service {name} would not be taken over: {prospect.Text}", $"nodeagent explain {name}");
        }
    }
}
