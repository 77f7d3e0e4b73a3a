using System.Collections.Immutable;
using NodeAgent.Core.Views;

namespace NodeAgent.Core.Placement;

/// <summary>
/// Beside which services one must run. Of those that must be together in a circle the first by name leads and the others
/// follow: bound both ways, none of them could ever leave a node.
/// </summary>
public static class Bonds
{
    /// <summary>The names. Those of a circle count only while somebody has them: what is lost leads nobody.</summary>
    /// <param name="view">The store.</param>
    /// <param name="service">The service.</param>
    public static ImmutableArray<string> Of(ClusterView view, ServiceRecord service)
    {
        var (name, with) = (service.Policy.Name, service.Policy.With);
        if (with.IsEmpty)
        {
            return with;
        }

        var circle = Reached(view, name).Where(other => other != name && Reached(view, other).Contains(name)).ToImmutableSortedSet(StringComparer.Ordinal);
        if (circle.IsEmpty)
        {
            return with;
        }

        var leader = circle.FirstOrDefault(other => string.CompareOrdinal(other, name) < 0 && view.Record.Service(other) is { } first && view.IsHeld(first));
        var others = with.Where(other => !circle.Contains(other));
        return [.. leader is null ? others : others.Append(leader)];
    }

    /// <summary>True if what the service must be together with runs on another node than its own: it follows.</summary>
    public static bool IsLeftBehind(ClusterView view, ServiceRecord service) => !service.Policy.With.IsEmpty && view.IsHeld(service)
        && Of(view, service).Select(view.Record.Service).OfType<ServiceRecord>().Any(other =>
            view.IsHeld(other) && other.Phase == ServicePhase.Running && other.Owner!.Node != service.Owner!.Node);

    private static HashSet<string> Reached(ClusterView view, string from)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>([from]);
        while (open.TryDequeue(out var at))
        {
            foreach (var next in (view.Record.Service(at)?.Policy.With ?? []).Where(found.Add))
            {
                open.Enqueue(next);
            }
        }

        return found;
    }
}
