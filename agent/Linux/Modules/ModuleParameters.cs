using System.Text;
using NodeAgent.Contract;

namespace NodeAgent.Linux.Modules;

/// <summary>The parameters of one kernel module, below /sys/module. Source: the kernel's Documentation/ABI/stable/sysfs-module.</summary>
/// <param name="module">The module's name, such as zfs.</param>
/// <param name="modules">The kernel's folder of modules; tests give their own.</param>
public sealed class ModuleParameters(string module, string modules = "/sys/module") : IModuleParameters
{
    /// <inheritdoc/>
    public string? Version
    {
        get
        {
            try
            {
                return File.ReadAllText(Path.Join(modules, module, "version")).Trim() is { Length: > 0 } version ? version : null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public Outcome<ModuleParameter?> Look(string name)
    {
        var file = FileOf(name);
        try
        {
            // Root passes every permission check; the mode alone tells what the module lets be written.
            var mode = File.GetUnixFileMode(file);
            return new ModuleParameter(File.ReadAllText(file).Trim(), mode.HasFlag(UnixFileMode.UserWrite));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new Outcome<ModuleParameter?>(value: null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refused($"cannot read {file}", e);
        }
    }

    /// <inheritdoc/>
    public Outcome Write(string name, string value)
    {
        var file = FileOf(name);
        try
        {
            // Not created: what the module does not have must not become a file of the same name. In one piece: the kernel takes each write as a value.
            using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            RandomAccess.Write(handle, Encoding.ASCII.GetBytes(value + "\n"), 0);
            return Outcome.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refused($"cannot write {value} to {file}", e);
        }
    }

    private static Fault Refused(string what, Exception e) => new(
        e is UnauthorizedAccessException ? FaultCode.PermissionDenied : FaultCode.DataPathUnavailable,
        what, e is UnauthorizedAccessException ? "this needs root" : "the kernel refused it", "Use sudo, and look at 'dmesg'.", Retry.AfterLook)
    {
        Native = e.Message,
    };

    private string FileOf(string name) => Path.Join(modules, module, "parameters", name);
}
