using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.Synchronous;

/// <summary>How certificates are read from the cluster store, and told to people.</summary>
internal static class CertificateText
{
    /// <summary>The form of certificates that this version writes and reads.</summary>
    public const int Form = 1;

    /// <summary>Reads one strictly: what is not understood whole is not believed at all.</summary>
    /// <param name="what">What it is read for.</param>
    /// <param name="text">JSON.</param>
    /// <param name="fields">All fields that may be there.</param>
    /// <param name="read">Makes the certificate; may throw as JSON is read.</param>
    public static Outcome<T> Read<T>(string what, string text, IReadOnlyList<string> fields, Func<JsonElement, T> read)
        where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            return root.GetProperty("form").GetInt32() != Form || root.EnumerateObject().Any(field => !fields.Contains(field.Name, StringComparer.Ordinal))
                ? Wrong(what, text) : read(root);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            return Wrong(what, text);
        }
    }

    public static ImmutableSortedSet<string> InSync(JsonElement root) => Nodes(root.GetProperty("inSync"));

    public static ImmutableSortedSet<string> Nodes(JsonElement list) =>
        list.EnumerateArray().Select(node => node.GetString()!).ToImmutableSortedSet(StringComparer.Ordinal);

    public static string Say(Epoch epoch, NodeId writer, ImmutableSortedSet<string> inSync, string because) => string.Create(
        CultureInfo.InvariantCulture, $"epoch {epoch}: writer {writer}, in sync {(inSync.Count == 0 ? "none" : string.Join(" and ", inSync))}, {because}");

    private static Fault Wrong(string what, string text) => new(
        FaultCode.Unparseable, what, "the certificate in the cluster store is of another version of this plugin",
        "Run the same version on both nodes.", Retry.AfterFix) { Native = text.Length > 300 ? text[..300] : text };
}
