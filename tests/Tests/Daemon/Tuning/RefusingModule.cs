using NodeAgent.Contract;
using NodeAgent.Linux.Modules;

namespace NodeAgent.Tests.Daemon.Tuning;

/// <summary>A module that refuses some parameters, and takes others without doing anything.</summary>
internal sealed class RefusingModule(IModuleParameters module, IReadOnlyCollection<string> refused, IReadOnlyCollection<string> ignored) : IModuleParameters
{
    public string? Version => module.Version;

    public Outcome<ModuleParameter?> Look(string name) => module.Look(name);

    public Outcome Write(string name, string value) => refused.Contains(name)
        ? new Fault(FaultCode.DataPathUnavailable, $"cannot write {name}", "the kernel refused it", "", Retry.AfterLook)
        : ignored.Contains(name) ? Outcome.Done : module.Write(name, value);
}
