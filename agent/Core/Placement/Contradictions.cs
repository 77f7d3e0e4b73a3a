using NodeAgent.Core.Views;

namespace NodeAgent.Core.Placement;

/// <summary>Rules that no node can keep, whatever happens: found where they are written, not when a service waits for ever.</summary>
public static class Contradictions
{
    /// <summary>Services whose rules contradict each other, and what is wrong. A service without nodes may run on every node.</summary>
    /// <param name="policies">All services; a name that none of them has is passed over.</param>
    public static IEnumerable<(string Service, string What)> Among(IReadOnlyCollection<ServicePolicy> policies)
    {
        var byName = policies.ToDictionary(policy => policy.Name, StringComparer.Ordinal);
        foreach (var policy in policies.Where(policy => !policy.With.IsEmpty))
        {
            var together = Together(policy, byName);
            if (Parted(together) is var (one, other) && !(one == policy.Name && policy.With.Contains(other, StringComparer.Ordinal) && policy.Apart.Contains(other, StringComparer.Ordinal)))
            {
                yield return (policy.Name, $"brings '{one}' beside '{other}', and these must be apart");
            }
            else if (together.Where(service => !service.Nodes.IsEmpty).Select(service => service.Nodes.AsEnumerable()).Aggregate(default(IEnumerable<Contract.NodeId>?), (so, nodes) => so?.Intersect(nodes) ?? nodes) is { } nodes && !nodes.Any())
            {
                yield return (policy.Name, $"no node may run all of {string.Join(", ", together.Select(service => $"'{service.Name}'"))}");
            }
        }
    }

    // What must be beside it, and beside that.
    private static List<ServicePolicy> Together(ServicePolicy policy, Dictionary<string, ServicePolicy> byName)
    {
        List<ServicePolicy> found = [policy];
        for (var at = 0; at < found.Count; at++)
        {
            found.AddRange(found[at].With.Select(byName.GetValueOrDefault).OfType<ServicePolicy>().Where(next => !found.Contains(next)).Distinct());
        }

        return found;
    }

    private static (string One, string Other)? Parted(List<ServicePolicy> together)
    {
        foreach (var one in together)
        {
            if (together.FirstOrDefault(other => other != one && (one.Apart.Contains(other.Name, StringComparer.Ordinal) || other.Apart.Contains(one.Name, StringComparer.Ordinal))) is { } other)
            {
                return (one.Name, other.Name);
            }
        }

        return null;
    }
}
