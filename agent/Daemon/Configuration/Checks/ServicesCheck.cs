using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Core.Placement;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Configuration.Yaml;

namespace NodeAgent.Daemon.Configuration.Checks;

/// <summary>Services name each other, their backends and their nodes; a unit has one service.</summary>
internal sealed class ServicesCheck : IConfigCheck
{
    public void Check(ConfigDraft draft, ProblemList problems)
    {
        Dictionary<UnitId, string> owners = [];
        foreach (var service in draft.Config.Services)
        {
            var path = $"services[{service.Name}]";
            if (service.Units.Count == 0 && service.Parts.Count == 0 && !draft.Values.Mentions($"{path}.parts") && !draft.Values.Mentions($"{path}.units"))
            {
                problems.Error(draft.PlaceOf(path), path, "has neither units nor parts", "Add units, parts, or both");
            }

            Units(service, path, owners, draft, problems);
            Twice(service.Nodes.Select(node => node.Value), $"{path}.nodes", draft, problems);
            Others(service, service.With, $"{path}.with", draft, problems);
            Others(service, service.Apart, $"{path}.apart", draft, problems);
            foreach (var both in service.With.Intersect(service.Apart, StringComparer.Ordinal))
            {
                problems.Error(draft.PlaceOf($"{path}.apart"), $"{path}.apart", $"'{both}' is in 'with' too", "Remove it from one of them");
            }

            foreach (var part in service.Parts)
            {
                Part(part, $"{path}.parts[{part.Name}]", draft, problems);
            }
        }

        Contradictory(draft, problems);
    }

    // No error: what the cluster runs with today must not keep an agent from starting tomorrow.
    private static void Contradictory(ConfigDraft draft, ProblemList problems)
    {
        var policies = draft.Config.Services.Select(service => new ServicePolicy(service.Name, [.. service.Nodes]) { With = [.. service.With], Apart = [.. service.Apart] });
        foreach (var (service, what) in Contradictions.Among([.. policies]))
        {
            var field = $"services[{service}].with";
            problems.Warning(draft.PlaceOf(field), field, what, "Change 'with', 'apart' or 'nodes' of one of them");
        }
    }

    private static void Units(ServiceConfig service, string path, Dictionary<UnitId, string> owners, ConfigDraft draft, ProblemList problems)
    {
        var field = $"{path}.units";
        foreach (var unit in service.Units)
        {
            if (!owners.TryAdd(unit, service.Name))
            {
                problems.Error(draft.PlaceOf(field), field, $"unit '{unit}' belongs to service '{owners[unit]}' already", "A unit has one service, and is named there once");
            }
            else if (draft.Config.Backends.All(backend => backend.Id != unit.Backend))
            {
                // Where the service may not run, its backend need not be.
                if (service.Nodes.Count == 0 || service.Nodes.Contains(draft.Config.Node))
                {
                    problems.Warning(draft.PlaceOf(field), field, $"there is no backend '{unit.Backend}' on this node, so it cannot run here", "Add the backend, or name the nodes where it may run");
                }
            }
        }
    }

    private static void Twice(IEnumerable<string> names, string field, ConfigDraft draft, ProblemList problems)
    {
        foreach (var name in names.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => group.Key))
        {
            problems.Error(draft.PlaceOf(field), field, $"names '{name}' twice", "Keep it at its best place only");
        }
    }

    private static void Others(ServiceConfig service, IReadOnlyList<string> names, string field, ConfigDraft draft, ProblemList problems)
    {
        Twice(names, field, draft, problems);
        var known = draft.Values.Items("services");
        foreach (var name in names.Distinct(StringComparer.Ordinal))
        {
            if (name == service.Name)
            {
                problems.Error(draft.PlaceOf(field), field, "names the service itself", "Remove it");
            }
            else if (!known.Contains(name))
            {
                problems.Error(
                    draft.PlaceOf(field), field, $"there is no service '{name}'", Nearest.To(name, known) is { } near ? $"Did you mean '{near}'?" : $"Add '{name}' to services");
            }
        }
    }

    private static void Part(PartConfig part, string path, ConfigDraft draft, ProblemList problems)
    {
        var field = $"{path}.what";
        var (isRight, remedy) = part.Kind switch
        {
            PartKind.Systemd => (IsSystemdUnit(part.What), "Write a systemd unit with its type, such as postgresql.service"),
            PartKind.Ocf => (part.What.Split(':') is [{ Length: > 0 } provider, { Length: > 0 } type] && (provider + type).All(IsWord), "Write PROVIDER:TYPE, such as heartbeat:IPaddr2"),
            _ => (int.TryParse(part.What, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 100, "Write the guest's number, 100 or more"),
        };
        if (!isRight)
        {
            problems.Error(draft.PlaceOf(field), field, $"'{FileText.OneLine(part.What)}' is not of kind {part.Kind.ToString().ToLowerInvariant()}", remedy);
        }

        if (part.Kind != PartKind.Ocf && part.Parameters.Count > 0)
        {
            problems.Error(draft.PlaceOf($"{path}.parameters"), $"{path}.parameters", "only resource agents have parameters", "Remove them");
        }

        foreach (var key in part.Parameters.Keys.Where(key => key.Length == 0 || !key.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')))
        {
            problems.Error(draft.PlaceOf($"{path}.parameters"), $"{path}.parameters", $"'{FileText.OneLine(key)}' cannot be a parameter", "Letters, digits and '_' only");
        }
    }

    private static bool IsWord(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.';

    private static bool IsSystemdUnit(string name) =>
        name.Length is > 2 and < 256
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is ':' or '_' or '.' or '\\' or '@' or '-')
        && name.LastIndexOf('.') > 0
        && name[(name.LastIndexOf('.') + 1)..] is "service" or "socket" or "mount" or "target" or "path" or "timer" or "slice" or "scope" or "automount" or "swap";
}
