namespace NodeAgent.Daemon.Configuration.Checks;

/// <summary>The store is reached over TLS on both sides, by an odd number of members that are named once.</summary>
internal sealed class StoreCheck : IConfigCheck
{
    public void Check(ConfigDraft draft, ProblemList problems)
    {
        var store = draft.Config.Store;
        Twice(draft, problems);
        var files = new[] { ("authority", store.Authority), ("certificate", store.Certificate), ("key", store.Key) };
        if (store.Endpoints.Any(endpoint => endpoint.Scheme == Uri.UriSchemeHttps))
        {
            foreach (var (name, _) in files.Where(file => file.Item2 is null))
            {
                problems.Error(draft.PlaceOf("store.endpoints"), $"store.{name}", "is missing, and https needs it", "Name the file; 'nodeagent cluster init --store' makes it");
            }
        }
        else if (store.Endpoints.Count == 0)
        {
            foreach (var (name, _) in files.Where(file => file.Item2 is not null))
            {
                problems.Error(draft.PlaceOf($"store.{name}"), $"store.{name}", "is given without endpoints", "Name the endpoints, or remove it");
            }
        }

        if (store.Endpoints.FirstOrDefault(endpoint => endpoint.Scheme == Uri.UriSchemeHttp && !endpoint.IsLoopback) is { } open)
        {
            problems.Warning(draft.PlaceOf("store.endpoints"), "store.endpoints", $"{open.Authority} is reached without encryption: whoever is on that network can give services away", "Use https");
        }
    }

    private static void Twice(ConfigDraft draft, ProblemList problems)
    {
        foreach (var group in draft.Config.Store.Endpoints.GroupBy(endpoint => endpoint.Authority, StringComparer.OrdinalIgnoreCase).Where(group => group.Skip(1).Any()))
        {
            problems.Error(draft.PlaceOf("store.endpoints"), "store.endpoints", $"{group.Key} is named twice", "Remove one");
        }
    }
}
