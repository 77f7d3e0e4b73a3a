using System.Globalization;
using System.Reflection;

using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins.Authoring;

/// <summary>What stands behind <c>nodeagent plugin new ID</c>: a plugin that works and its test, from the template.</summary>
public static class PluginScaffold
{
    private const string Prefix = "plugin-template/";
    private const string Suffix = ".template";
    private const string Feed = "packages";

    /// <summary>Where the package keeps NodeAgent.Contract and NodeAgent.Conformance for authors.</summary>
    public const string InstalledPackages = "/usr/share/nodeagent/packages";

    private static readonly string[] Needed = ["NodeAgent.Contract", "NodeAgent.Conformance"];

    /// <summary>Writes a new plugin into <paramref name="folder"/>; the files written, relative to it.</summary>
    /// <param name="id">The plugin's id; keeps <see cref="Names.Rule"/>.</param>
    /// <param name="folder">A folder that does not exist or is empty.</param>
    /// <param name="packages">
    /// Where the NuGet packages of this version are that it is built with. They are taken along: what is written builds on any machine, of any
    /// feed. Null: it is built with what the author's own feeds have.
    /// </param>
    public static Outcome<IReadOnlyList<string>> Create(string id, string folder, string? packages)
    {
        if (!Names.IsValid(id))
        {
            return Names.Invalid("plugin", id);
        }

        var name = TypeName(id);
        if (!char.IsLetter(name[0]))
        {
            return new Fault(
                FaultCode.InvalidArgument, $"'{id}' cannot be the name of a plugin", "its types could not be named after it",
                "Begin it with a letter.", Retry.Never);
        }

        try
        {
            return Missing(packages) is { } missing
                ? new Fault(
                    FaultCode.NotFound, $"cannot write a plugin to {folder}", $"{missing} is not there, and nothing could be built without it",
                    $"Install the nodeagent package, which brings it to {InstalledPackages}, or give --packages the folder of those that you built.", Retry.AfterFix)
                : Write(id, name, Path.GetFullPath(folder), packages);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new Fault(
                FaultCode.PreconditionFailed, $"cannot write a plugin to {folder}", failure.Message, "Choose another folder.", Retry.AfterFix);
        }
    }

    private static string? Missing(string? packages) => packages is null ? null
        : Needed.Select(package => PackageFile(packages, package)).FirstOrDefault(file => !File.Exists(file));

    private static string PackageFile(string folder, string package) => Path.Combine(folder, $"{package}.{PackageVersion()}.nupkg");

    private static Outcome<IReadOnlyList<string>> Write(string id, string name, string folder, string? packages)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            return new Fault(
                FaultCode.AlreadyExists, $"cannot write a plugin to {folder}", "the folder is not empty", "Choose another folder.", Retry.AfterFix);
        }

        var assembly = typeof(PluginScaffold).Assembly;
        var written = new List<string>();
        foreach (var resource in assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal))
        {
            var file = Fill(resource[Prefix.Length..^Suffix.Length], id, name);
            var path = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, Fill(Text(assembly, resource), id, name));
            written.Add(file);
        }

        return packages is null ? written : [.. written, .. TakeAlong(packages, folder)];
    }

    // A source beside the author's own: theirs have the test framework.
    private static IEnumerable<string> TakeAlong(string packages, string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, Feed));
        foreach (var package in Needed)
        {
            var file = PackageFile(packages, package);
            File.Copy(file, Path.Combine(folder, Feed, Path.GetFileName(file)));
            yield return Path.Combine(Feed, Path.GetFileName(file));
        }

        File.WriteAllText(Path.Combine(folder, "nuget.config"), $"""
            <configuration>
              <packageSources>
                <add key="nodeagent" value="{Feed}" />
              </packageSources>
            </configuration>

            """);
        yield return "nuget.config";
    }

    private static string Fill(string text, string id, string name) => text
        .Replace("__ID__", id, StringComparison.Ordinal)
        .Replace("__NAME__", name, StringComparison.Ordinal)
        .Replace("__CONTRACT__", $"{ContractVersion.Major}.{ContractVersion.Minor}", StringComparison.Ordinal)
        .Replace("__PACKAGE__", PackageVersion(), StringComparison.Ordinal);

    internal static string PackageVersion() =>
        typeof(IBackend).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0];

    private static string Text(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }

    /// <summary>"my-disk.2" becomes "MyDisk2".</summary>
    private static string TypeName(string id) => string.Concat(id
        .Split(['-', '_', '.'], StringSplitOptions.RemoveEmptyEntries)
        .Select(part => char.ToUpper(part[0], CultureInfo.InvariantCulture) + part[1..]));
}
