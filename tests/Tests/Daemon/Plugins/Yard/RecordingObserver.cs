using System.Collections.Concurrent;

using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins;
using NodeAgent.Daemon.Plugins.Loading;

namespace NodeAgent.Tests.Daemon.Plugins.Yard;

internal sealed class RecordingObserver : IPluginObserver
{
    public ConcurrentQueue<(string Subject, PluginState From, PluginState To, string Reason)> States { get; } = new();

    public ConcurrentQueue<(string Operation, CallEnd End, FaultCode? Code)> Calls { get; } = new();

    public ConcurrentQueue<string> Misbehaviours { get; } = new();

    public ConcurrentQueue<(string Plugin, string Version, LoadVerdict Verdict)> Verdicts { get; } = new();

    public ConcurrentQueue<UnloadReport> Unloads { get; } = new();

    public void StateChanged(PluginSubject subject, PluginState from, PluginState to, string reason) =>
        States.Enqueue((subject.ToString(), from, to, reason));

    public void CallEnded(BackendId backend, string operation, CallEnd end, FaultCode? code, TimeSpan duration) =>
        Calls.Enqueue((operation, end, code));

    public void Misbehaved(BackendId backend, string operation, string problem) =>
        Misbehaviours.Enqueue($"{operation}: {problem}");

    public void Judged(string plugin, string version, LoadVerdict verdict) => Verdicts.Enqueue((plugin, version, verdict));

    public void Unloaded(UnloadReport report) => Unloads.Enqueue(report);
}
