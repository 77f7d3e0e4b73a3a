using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins;

/// <summary>Compares the options of a backend with those its plugin takes. Runs plugin code: only under guard.</summary>
internal static class OptionComplaints
{
    /// <summary>Everything that is wrong, each a phrase that names the option.</summary>
    public static IReadOnlyList<string> Find(IBackendFactory factory, IReadOnlyDictionary<string, string> given)
    {
        var options = factory.Options.ToDictionary(option => option.Name, StringComparer.Ordinal);
        var known = options.Count == 0 ? "it takes none" : $"known are {string.Join(", ", options.Keys.Order(StringComparer.Ordinal))}";
        var unknown = given.Keys
            .Where(name => !options.ContainsKey(name))
            .Select(name => $"the plugin has no option '{name}' ({known})");
        var missing = options.Values
            .Where(option => option.Required && !given.ContainsKey(option.Name))
            .Select(option => $"the option '{option.Name}' is missing ({option.Description})");
        var wrong = given
            .Where(pair => options.ContainsKey(pair.Key))
            .Select(pair => (pair.Key, Complaint: options[pair.Key].Check(pair.Value)))
            .Where(pair => pair.Complaint is not null)
            .Select(pair => $"the option '{pair.Key}': {pair.Complaint}");
        return [.. unknown, .. missing, .. wrong];
    }
}
