using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Rehearsal.Plans;

namespace NodeAgent.Rehearsal.Running;

/// <summary>The store as a rehearsal begins: every service is where an operator would look for it, whichever node boots first.</summary>
internal static class Beginning
{
    /// <summary>How long a service is kept for the node where it begins.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What an operator has configured.</summary>
    public static ClusterRecord Record(RehearsalPlan plan)
    {
        var record = ClusterRecord.Empty;
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var service in plan.Services)
        {
            record = record.With(service.IsNew ? New(service) : Known(plan, service, places));
        }

        return plan.Nodes.Where(node => node.HasAgent)
            .Aggregate(record, (so, node) => so.With(new MemberRecord(new NodeId(node.Name), "", 0) { IsDrained = node.IsDrained }));
    }

    /// <summary>The record without reservations that nobody came for. Without any of its data nobody else could begin a new service.</summary>
    public static ClusterRecord Open(ClusterRecord record) => record.Services.Values
        .Where(service => service is { Owner: null, IsKeptFirmly: true, KeptFor: not null } && (service.Epoch != Epoch.None || !service.Policy.HasCopies))
        .Aggregate(record, (so, service) => so.With(service with { KeptFor = null, IsKeptFirmly = false }));

    private static ServiceRecord New(ServicePlan service) => new(service.Policy)
    {
        Wanted = service.Wanted,
        KeptFor = service.On is { } on ? new NodeId(on) : service.Policy.HasCopies ? service.Policy.Nodes[0] : null,
        IsKeptFirmly = true,
        Phase = service.Wanted == WantedState.Running ? ServicePhase.Waiting : ServicePhase.Stopped,
    };

    // Data in copies was let go of before, in order, and every allowed node holds it.
    private static ServiceRecord Known(RehearsalPlan plan, ServicePlan service, Dictionary<string, string> places)
    {
        var place = Place(plan, service, places);
        if (place is not null && service.Wanted == WantedState.Running)
        {
            places[service.Policy.Name] = place;
        }

        var last = new NodeId(service.On ?? place ?? service.Policy.Nodes[0].Value);
        var record = new ServiceRecord(service.Policy)
        {
            Wanted = service.Wanted,
            KeptFor = place is null ? null : new NodeId(place),
            IsKeptFirmly = place is not null,
            Phase = service.Wanted == WantedState.Running ? ServicePhase.Waiting : ServicePhase.Stopped,
        };
        return !service.Policy.HasCopies ? record : record with
        {
            Epoch = new Epoch(1),
            Last = last,
            LastSince = new Epoch(1),
            Handed = new Offer(new Epoch(1), CopyKeeper.First, TimeSpan.Zero),
        };
    }

    // As the agents would place it if all were here at once.
    private static string? Place(RehearsalPlan plan, ServicePlan service, Dictionary<string, string> places)
    {
        var able = plan.Nodes.Where(node => node is { IsOn: true, IsConnected: true, IsDrained: false, HasAgent: true }).Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
        if (service.On is { } on && able.Contains(on))
        {
            return on;
        }

        var policies = plan.Services.ToDictionary(other => other.Policy.Name, other => other.Policy, StringComparer.Ordinal);
        var nodes = service.Policy.Nodes.Select(node => node.Value).Where(able.Contains).ToList();
        return nodes
            .Where(node => !places.Any(other => other.Value == node && Part(service.Policy, policies[other.Key])))
            .OrderByDescending(node => places.Any(other => other.Value == node && service.Policy.With.Contains(other.Key, StringComparer.Ordinal)))
            .ThenBy(node => service.Policy.Spreads ? places.Values.Count(place => place == node) : 0)
            .ThenBy(nodes.IndexOf)
            .FirstOrDefault();
    }

    private static bool Part(ServicePolicy one, ServicePolicy other) =>
        one.Apart.Contains(other.Name, StringComparer.Ordinal) || other.Apart.Contains(one.Name, StringComparer.Ordinal);
}
