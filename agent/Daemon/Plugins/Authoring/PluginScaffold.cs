using System.Globalization;
using System.Reflection;

using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins.Authoring;

/// <summary>What stands behind <c>nodeagent plugin new ID</c>: a plugin that works and its test, from the template.</summary>
public static class PluginScaffold
{
    private const string Prefix = "plugin-template/";
    private const string Suffix = ".template";

    /// <summary>Writes a new plugin into <paramref name="folder"/>; the files written, relative to it.</summary>
    /// <param name="id">The plugin's id; keeps <see cref="Names.Rule"/>.</param>
    /// <param name="folder">A folder that does not exist or is empty.</param>
    public static Outcome<IReadOnlyList<string>> Create(string id, string folder)
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
            return Write(id, name, Path.GetFullPath(folder));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new Fault(
                FaultCode.PreconditionFailed, $"cannot write a plugin to {folder}", failure.Message, "Choose another folder.", Retry.AfterFix);
        }
    }

    private static Outcome<IReadOnlyList<string>> Write(string id, string name, string folder)
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

        return written;
    }

    private static string Fill(string text, string id, string name) => text
        .Replace("__ID__", id, StringComparison.Ordinal)
        .Replace("__NAME__", name, StringComparison.Ordinal)
        .Replace("__CONTRACT__", $"{ContractVersion.Major}.{ContractVersion.Minor}", StringComparison.Ordinal)
        .Replace("__PACKAGE__", PackageVersion(), StringComparison.Ordinal);

    private static string PackageVersion() =>
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
