using NodeAgent.Daemon.Configuration.Yaml;

namespace NodeAgent.Daemon.Configuration;

/// <summary>What the files set, by the path of the field.</summary>
internal sealed class ConfigValues
{
    private readonly Dictionary<string, ConfigValue> values = [];
    private readonly Dictionary<string, List<string>> items = [];
    private readonly Dictionary<string, Place> places = [];

    /// <summary>Everything that was set and understood.</summary>
    public IReadOnlyDictionary<string, ConfigValue> All => values;

    public void Set(string field, ConfigValue value)
    {
        values[field] = value;
        places[field] = value.Node.Place;
    }

    public void SetPlace(string field, Place place) => places.TryAdd(field, place);

    public void AddItem(string field, string key)
    {
        if (!items.TryGetValue(field, out var keys))
        {
            items[field] = keys = [];
        }

        keys.Add(key);
    }

    /// <summary>The value, or null if it was not set or not understood.</summary>
    public object? Find(string field) => values.TryGetValue(field, out var value) ? value.Value : null;

    /// <summary>The keys under an open group, or of the items of a list.</summary>
    public IReadOnlyList<string> Items(string field) => items.TryGetValue(field, out var keys) ? keys : [];

    /// <summary>True if the files say something about the field, right or wrong.</summary>
    public bool Mentions(string field) => places.ContainsKey(field);

    /// <summary>Where a field was set, or the nearest group around it; null if nothing of it was.</summary>
    public Place? PlaceOf(string field)
    {
        while (field.Length > 0)
        {
            if (places.TryGetValue(field, out var place))
            {
                return place;
            }

            field = field[..Math.Max(0, field.LastIndexOfAny(['.', '[']))];
        }

        return null;
    }
}
