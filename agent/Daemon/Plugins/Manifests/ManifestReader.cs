using System.Text.Json;

namespace NodeAgent.Daemon.Plugins.Manifests;

/// <summary>Reads <c>nodeagent.plugin.json</c>. Wrong input is told in full, and never throws.</summary>
public static class ManifestReader
{
    private const int LargestFile = 256 * 1024;

    /// <summary>Reads a file.</summary>
    public static ManifestReading ReadFile(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > LargestFile)
            {
                return Whole(path, 1, $"the file has {file.Length} bytes", $"A manifest has at most {LargestFile} bytes.");
            }

            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return Read(path, bytes);
        }
        catch (FileNotFoundException)
        {
            return Whole(path, 1, "there is no such file", "Name the folder that has a plugin's manifest and library; one that was installed: install it again.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Whole(path, 1, $"cannot be read: {failure.Message}", "Install the plugin again.");
        }
    }

    /// <summary>Reads the bytes of a file called <paramref name="path"/>.</summary>
    public static ManifestReading Read(string path, ReadOnlySpan<byte> bytes)
    {
        JsonSpot root;
        try
        {
            root = JsonSpotReader.Read(bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes);
        }
        catch (JsonException wrong)
        {
            return Whole(path, (int)(wrong.LineNumber ?? 0) + 1, "is not JSON: " + Sentence(wrong), "Mend the JSON.");
        }

        var fields = new ManifestFields(path, root);
        var manifest = fields.ReadManifest();
        return fields.Problems.Count == 0
            ? new ManifestReading(manifest, [])
            : new ManifestReading(null, [.. fields.Problems.OrderBy(problem => problem.Line)]);
    }

    private static ManifestReading Whole(string path, int line, string reason, string remedy) =>
        new(null, [new ManifestProblem(path, line, "", reason, remedy)]);

    private static string Sentence(JsonException wrong)
    {
        // The runtime appends its own position, which the caller already shows.
        var cut = wrong.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (cut < 0 ? wrong.Message : wrong.Message[..cut]).TrimEnd('.', ' ');
    }
}
