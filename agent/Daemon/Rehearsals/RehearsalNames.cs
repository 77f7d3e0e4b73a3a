using NodeAgent.Daemon.Configuration;
using NodeAgent.Daemon.Configuration.Yaml;

namespace NodeAgent.Daemon.Rehearsals;

/// <summary>The names in a rehearsal's file: each must lead somewhere.</summary>
internal sealed class RehearsalNames(ConfigValues values, ProblemList problems, Place start)
{
    /// <summary>All boxes, with those that only vote.</summary>
    public IReadOnlyList<string> Boxes { get; } = values.Items("nodes");

    /// <summary>The nodes that run an agent.</summary>
    public IReadOnlyList<string> Agents { get; } = [.. values.Items("nodes").Where(name => values.Find($"nodes[{name}].witness") is not true)];

    /// <summary>All services.</summary>
    public IReadOnlyList<string> Services { get; } = values.Items("services");

    /// <summary>The node that a field names, or null.</summary>
    /// <param name="path">The field.</param>
    /// <param name="onlyAgents">True if a box that only votes will not do.</param>
    public string? Node(string path, bool onlyAgents)
    {
        if (values.Find(path) is string witness && onlyAgents && Boxes.Contains(witness) && !Agents.Contains(witness))
        {
            Wrong(path, $"'{witness}' is a witness: it has no agent and no services", $"Choose one of {string.Join(", ", Agents)}");
            return null;
        }

        return One(path, onlyAgents ? Agents : Boxes, "node");
    }

    /// <summary>The service that a field names, or null.</summary>
    public string? Service(string path) => One(path, Services, "service");

    /// <summary>Tells it if a service may not run on the node that a field names.</summary>
    public void Allowed(string path, string service, string node)
    {
        var allowed = values.Items($"services[{service}].nodes").Select(index => values.Find($"services[{service}].nodes[{index}]")).OfType<string>().ToList();
        if (allowed.Count > 0 && !allowed.Contains(node, StringComparer.Ordinal))
        {
            Wrong(path, $"'{node}' is not one of its nodes", $"Choose one of {string.Join(", ", allowed)}");
        }
    }

    /// <summary>The nodes of a list, none twice.</summary>
    public IReadOnlyList<string> NodeList(string path) => List(path, item => Node(item, onlyAgents: true));

    /// <summary>The other services of a list, none twice.</summary>
    public IReadOnlyList<string> Others(string path, string self)
    {
        var others = List(path, Service);
        if (others.Contains(self, StringComparer.Ordinal))
        {
            Wrong(path, "names the service itself", "Remove it");
        }

        return others;
    }

    /// <summary>Tells what is wrong with a field.</summary>
    public void Wrong(string path, string message, string remedy) => problems.Error(values.PlaceOf(path) ?? start, path, message, remedy);

    private List<string> List(string path, Func<string, string?> find)
    {
        var names = values.Items(path).Select(index => find($"{path}[{index}]")).OfType<string>().ToList();
        foreach (var twice in names.GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            Wrong(path, $"names '{twice.Key}' twice", "Keep it at its best place only");
        }

        return names;
    }

    private string? One(string path, IReadOnlyList<string> known, string what)
    {
        if (values.Find(path) is not string name || known.Contains(name))
        {
            return values.Find(path) as string;
        }

        var remedy = known.Count == 0 ? $"Add it to {what}s"
            : Nearest.To(name, known) is { } near ? $"Did you mean '{near}'?" : $"Choose one of {string.Join(", ", known)}, or add it to {what}s";
        Wrong(path, $"there is no {what} '{name}' in this file", remedy);
        return null;
    }
}
