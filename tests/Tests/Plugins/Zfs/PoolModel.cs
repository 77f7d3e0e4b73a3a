using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.Zfs;

/// <summary>
/// A pool in memory that renames, clones and promotes as ZFS does, so that a row of commands can be cut off anywhere and
/// what is then there is known. A cut comes before a command or after it: <see cref="CutAt"/> counts both.
/// </summary>
internal sealed class PoolModel : ICommands
{
    private readonly SortedDictionary<string, Dataset> datasets = new(StringComparer.Ordinal);
    private int txg = 10;
    private int steps;

    public List<string> Changes { get; } = [];

    /// <summary>The half step at which the agent dies; negative: never.</summary>
    public int CutAt { get; set; } = -1;

    public Dataset this[string name] => datasets[name];

    public bool Has(string name) => datasets.ContainsKey(name);

    public Dataset Make(string name, string type = "FILESYSTEM", string head = "", params (string Key, string Value)[] properties)
    {
        var made = new Dataset(type) { Head = head };
        foreach (var (key, value) in properties)
        {
            made.Properties[key] = value;
        }

        return datasets[name] = made;
    }

    public void Snapshot(string name, string snapshot, string guid, string? hold = null) =>
        datasets[name].Snapshots.Add(new Snap(snapshot, guid, txg++, datasets[name].Head) { Hold = hold });

    public async Task<Outcome<CommandResult>> RunAsync(Command command, CancellationToken cancellation)
    {
        await Task.Yield();
        Cut();
        var (output, error) = Do(command.Tool, [.. command.Arguments]);
        Cut();
        return new CommandResult(error.Length == 0 ? 0 : 1, output, error, 0, Encoding.UTF8.GetByteCount(output));
    }

    public async IAsyncEnumerable<string> FollowAsync(Command command, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Yield();
        yield break;
    }

    private void Cut()
    {
        if (steps++ == CutAt)
        {
            throw new OperationCanceledException("the power is cut");
        }
    }

    private (string Output, string Error) Do(string tool, string[] words)
    {
        if (tool == "zpool")
        {
            return (words[0] == "list" ? "tank\tONLINE\n" : "", "");
        }

        var target = words[^1];
        if (words[0] is "list")
        {
            return words.Contains("-j") ? List(target, words.Contains("-r"), words.Any(word => word.Contains("snapshot,", StringComparison.Ordinal))) : ("n1/tank\n", "");
        }

        if (words[0] is "holds")
        {
            return (string.Concat(words.Skip(3).Select(name => (name, Snap: Find(name))).Where(pair => pair.Snap.Hold is not null)
                .Select(pair => $"{pair.name}\t{pair.Snap.Hold}\t1\n")), "");
        }

        Changes.Add(string.Join(' ', words));
        return ("", words[0] switch
        {
            "create" => Create(words, target),
            "set" => Each(words[1..^1], pair => datasets[target].Properties[pair[0]] = pair[1]),
            "inherit" => Each([words[1] + "="], pair => datasets[target].Properties.Remove(pair[0])),
            "rename" => Rename(words[^2], target),
            "clone" => Clone(words, words[^2], target),
            "promote" => Promote(target),
            "release" => Each([.. words[2..].Select(name => name + "=")], pair => Find(pair[0]).Hold = null),
            "destroy" when !target.Contains('@', StringComparison.Ordinal) => datasets.Remove(target) ? "" : $"cannot open '{target}': dataset does not exist",
            "destroy" => Each([.. target.Split('@')[1].Split(',').Select(name => name + "=")], pair => Drop(target.Split('@')[0], pair[0])),
            "mount" or "unmount" => "",
            _ => throw new InvalidOperationException($"the model does not know zfs {words[0]}"),
        });
    }

    private static string Each(string[] pairs, Action<string[]> act)
    {
        Array.ForEach(pairs, pair => act(pair.Split('=', 2)));
        return "";
    }

    private void Drop(string dataset, string snapshot) => datasets[dataset].Snapshots.RemoveAll(snap => snap.Name == snapshot);

    private Snap Find(string name) => datasets[name.Split('@')[0]].Snapshots.Single(snap => snap.Name == name.Split('@')[1]);

    private static IEnumerable<string> Options(string[] words) =>
        words.Select((word, i) => (word, i)).Where(pair => pair.word == "-o").Select(pair => words[pair.i + 1]);

    private string Create(string[] words, string target)
    {
        if (Has(target))
        {
            return $"cannot create '{target}': dataset already exists";
        }

        // ZFS makes the dataset first and sets its properties in another transaction.
        Make(target, words.Contains("-V") ? "VOLUME" : "FILESYSTEM");
        Cut();
        return Each([.. Options(words)], pair => datasets[target].Properties[pair[0]] = pair[1]);
    }

    private string Rename(string from, string to)
    {
        if (Has(to) || !Has(to[..to.LastIndexOf('/')]))
        {
            return $"cannot rename '{from}': dataset already exists";
        }

        datasets[to] = datasets[from];
        datasets.Remove(from);
        foreach (var other in datasets.Values.Where(other => other.Origin?.StartsWith(from + "@", StringComparison.Ordinal) == true))
        {
            other.Origin = to + other.Origin![from.Length..];
        }

        return "";
    }

    private string Clone(string[] words, string origin, string to)
    {
        if (Has(to))
        {
            return $"cannot create '{to}': dataset already exists";
        }

        var made = Make(to, datasets[origin.Split('@')[0]].Type, Find(origin).Content);
        made.Origin = origin;
        return Each([.. Options(words)], pair => made.Properties[pair[0]] = pair[1]);
    }

    // Snapshots up to the origin change hands, with their identities and holds; the two change places.
    private string Promote(string name)
    {
        var clone = datasets[name];
        if (clone.Origin is not { } origin)
        {
            return $"cannot promote '{name}': not a cloned filesystem";
        }

        var (from, last) = (origin.Split('@')[0], Find(origin).Txg);
        var moved = datasets[from].Snapshots.Where(snap => snap.Txg <= last).ToList();
        datasets[from].Snapshots.RemoveAll(moved.Contains);
        clone.Snapshots.InsertRange(0, moved);
        (clone.Origin, datasets[from].Origin) = (datasets[from].Origin, $"{name}@{origin.Split('@')[1]}");
        foreach (var other in datasets.Values.Where(other => other != clone && moved.Any(snap => other.Origin == $"{from}@{snap.Name}")))
        {
            other.Origin = name + other.Origin![from.Length..];
        }

        return "";
    }

    private (string Output, string Error) List(string target, bool below, bool snapshots)
    {
        if (!Has(target))
        {
            return ("", $"cannot open '{target}': dataset does not exist");
        }

        var rows = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (name, dataset) in datasets.Where(pair => pair.Key == target || (below && pair.Key.StartsWith(target + "/", StringComparison.Ordinal))))
        {
            rows[name] = Row(name, dataset.Type, dataset.Described(Inherited(name)));
            foreach (var snap in snapshots ? dataset.Snapshots : [])
            {
                var full = $"{name}@{snap.Name}";
                var clones = string.Join(',', datasets.Where(pair => pair.Value.Origin == full).Select(pair => pair.Key));
                rows[full] = Row(full, "SNAPSHOT", snap.Described(clones));
            }
        }

        return (JsonSerializer.Serialize(new { output_version = new { command = "zfs list", vers_major = 0, vers_minor = 1 }, datasets = rows }), "");
    }

    private string Inherited(string name)
    {
        for (var place = name; place.Contains('/', StringComparison.Ordinal); place = place[..place.LastIndexOf('/')])
        {
            if (datasets.TryGetValue(place, out var dataset) && dataset.Properties.TryGetValue("readonly", out var value))
            {
                return value;
            }
        }

        return "off";
    }

    private static object Row(string name, string type, Dictionary<string, string> properties) =>
        new { name, type, properties = properties.ToDictionary(property => property.Key, property => new { value = property.Value }) };

    /// <summary>A snapshot with what the head then held.</summary>
    internal sealed record Snap(string Name, string Guid, int Txg, string Content)
    {
        public string? Hold { get; set; }

        public Dictionary<string, string> Described(string clones) => new(StringComparer.Ordinal)
        {
            ["guid"] = Guid, ["createtxg"] = $"{Txg}", ["creation"] = $"{1_700_000_000 + Txg}",
            ["userrefs"] = Hold is null ? "0" : "1", ["clones"] = clones, ["io.nodeagent:volumes"] = "data,disk",
        };
    }

    /// <summary>A filesystem or zvol.</summary>
    internal sealed class Dataset(string type)
    {
        public string Type => type;

        public string Head { get; set; } = "";

        public string? Origin { get; set; }

        public List<Snap> Snapshots { get; } = [];

        public Dictionary<string, string> Properties { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, string> Described(string readOnly)
        {
            var all = new Dictionary<string, string>(Properties, StringComparer.Ordinal)
            {
                ["readonly"] = readOnly, ["guid"] = "1", ["createtxg"] = "1", ["mounted"] = "no", ["used"] = "4096",
                ["written"] = Snapshots.Count > 0 && Snapshots[^1].Content != Head ? "4096" : "0", ["origin"] = Origin ?? "-",
            };
            all[type == "VOLUME" ? "volsize" : "mountpoint"] = type == "VOLUME" ? "67108864" : "/no/where";
            return all;
        }
    }
}
