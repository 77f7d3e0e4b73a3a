using System.Text.Json;
using System.Text.RegularExpressions;

using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins.Manifests;

/// <summary>Turns fields into a manifest and collects what is wrong with them.</summary>
internal sealed partial class ManifestFields(string file, JsonSpot root)
{
    private static readonly string[] Known =
        ["id", "version", "contract", "assembly", "factory", "commands", "devices", "sha256", "trial"];

    private readonly List<ManifestProblem> problems = [];

    public IReadOnlyList<ManifestProblem> Problems => problems;

    /// <summary>The manifest; only good if there are no problems.</summary>
    public PluginManifest ReadManifest()
    {
        if (root.Kind != JsonTokenType.StartObject)
        {
            Wrong(root.Line, "", "is not a JSON object", "Write { \"id\": … }.");
        }
        else
        {
            CheckNames();
        }

        var id = Text("id", text => Names.IsValid(text) ? null : Names.Rule);
        var version = Text("version", text => PluginVersion.TryParse(text) is null ? PluginVersion.Rule : null);
        var contract = Text("contract", text => ContractLevel.TryParse(text) is null
            ? $"two numbers, such as {ContractLevel.Host}" : null);
        var assembly = Text("assembly", text => AssemblyFile().IsMatch(text)
            ? null : "the name of a .dll file in the manifest's folder, without a path");
        var factory = Text("factory", text => TypeName().IsMatch(text)
            ? null : "the full name of a public type, such as Example.Backends.Factory");
        return new PluginManifest(
            id,
            PluginVersion.TryParse(version) ?? new PluginVersion(0, 0, 0, ""),
            ContractLevel.TryParse(contract) ?? ContractLevel.Host,
            assembly,
            factory,
            Texts("commands", text => Tool().IsMatch(text) ? null : "the bare name of a program, such as zfs"),
            Texts("devices", text => Device().IsMatch(text) && !text.Contains("..", StringComparison.Ordinal)
                ? null : "a path under /dev, such as /dev/zfs"),
            Hashes())
        {
            Trial = Find("trial") is { } trial ? Text(trial.Value, "trial", text => Sentence().IsMatch(text) ? null : "one line that says what was not tried, of at most 400 characters") : null,
        };
    }

    private void CheckNames()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in root.Fields)
        {
            if (!Known.Contains(field.Name, StringComparer.Ordinal))
            {
                Wrong(field.Line, field.Name, "is not a field of a manifest", $"Known are {string.Join(", ", Known)}.");
            }
            else if (!seen.Add(field.Name))
            {
                Wrong(field.Line, field.Name, "is given twice", "Remove one.");
            }
        }
    }

    private string Text(string name, Func<string, string?> check)
    {
        var field = Find(name);
        if (field is null)
        {
            Wrong(root.Line, name, "is missing", $"Add \"{name}\".");
            return "";
        }

        return Text(field.Value, name, check);
    }

    private string Text(JsonSpot spot, string name, Func<string, string?> check)
    {
        if (spot.Kind != JsonTokenType.String)
        {
            Wrong(spot.Line, name, "is not a text in quotes", "Write it in double quotes.");
        }
        else if (check(spot.Text) is { } rule)
        {
            Wrong(spot.Line, name, $"'{Shown(spot.Text)}' is not right", $"Write {rule}.");
        }

        return spot.Text;
    }

    private string[] Texts(string name, Func<string, string?> check)
    {
        var field = Find(name);
        if (field is null)
        {
            return [];
        }

        if (field.Value.Kind != JsonTokenType.StartArray)
        {
            Wrong(field.Value.Line, name, "is not a list", "Write [ \"…\" ].");
            return [];
        }

        return [.. field.Value.Items.Select((item, at) => Text(item, $"{name}[{at}]", check))];
    }

    private Dictionary<string, string> Hashes()
    {
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        var field = Find("sha256");
        if (field is null)
        {
            return hashes;
        }

        if (field.Value.Kind != JsonTokenType.StartObject)
        {
            Wrong(field.Value.Line, "sha256", "is not an object", "Write { \"file.dll\": \"<64 hex digits>\" }.");
            return hashes;
        }

        foreach (var entry in field.Value.Fields)
        {
            var name = $"sha256.{Shown(entry.Name)}";
            if (!InnerPath().IsMatch(entry.Name) || entry.Name.Contains("..", StringComparison.Ordinal))
            {
                Wrong(entry.Line, name, "leaves the plugin's folder", "Write a path relative to the manifest.");
            }

            var hash = Text(entry.Value, name, text => Hash().IsMatch(text) ? null : "64 lower-case hex digits");
            if (!hashes.TryAdd(entry.Name, hash))
            {
                Wrong(entry.Line, name, "is given twice", "Remove one.");
            }
        }

        return hashes;
    }

    private JsonField? Find(string name) =>
        root.Fields.FirstOrDefault(field => string.Equals(field.Name, name, StringComparison.Ordinal));

    private void Wrong(int line, string field, string reason, string remedy) =>
        problems.Add(new ManifestProblem(file, line, Shown(field), reason, remedy));

    private static string Shown(string text)
    {
        // Hostile text must not reach a terminal as it is.
        var plain = string.Concat(text.Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter));
        return plain.Length <= 80 ? plain : plain[..77] + "...";
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.+-]{0,120}\.dll\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AssemblyFile();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*([.+][A-Za-z_][A-Za-z0-9_]*)*\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TypeName();

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.+-]{0,63}\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Tool();

    [GeneratedRegex(@"\A/dev/[A-Za-z0-9_./*-]{1,120}\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Device();

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_./+-]{0,200}\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex InnerPath();

    [GeneratedRegex(@"\A[^\s\p{C}][^\p{C}]{0,399}\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sentence();

    [GeneratedRegex(@"\A[0-9a-f]{64}\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Hash();
}
