using NodeAgent.Contract;

namespace NodeAgent.Linux.Modules;

/// <summary>The parameters of one kernel module.</summary>
public interface IModuleParameters
{
    /// <summary>The version that the loaded module says it has; null if it is not loaded or says none.</summary>
    string? Version { get; }

    /// <summary>A parameter; null if the loaded module has none of that name. One that is there and cannot be read is a fault.</summary>
    Outcome<ModuleParameter?> Look(string name);

    /// <summary>Writes a parameter. Idempotent. Faults: the kernel refused it.</summary>
    Outcome Write(string name, string value);
}
