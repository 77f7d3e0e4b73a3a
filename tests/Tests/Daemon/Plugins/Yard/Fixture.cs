namespace NodeAgent.Tests.Daemon.Plugins.Yard;

/// <summary>A plugin as one C# text; each test changes the one piece in which it misbehaves.</summary>
internal sealed record Fixture
{
    private const string Usings = """
        using System;
        using System.Collections.Generic;
        using System.IO;
        using System.Linq;
        using System.Runtime.CompilerServices;
        using System.Runtime.InteropServices;
        using System.Threading;
        using System.Threading.Tasks;
        using NodeAgent.Contract;
        """;

    public string Options { get; init; } = "[new BackendOption(\"path\", \"Where.\", false, v => v == \"bad\" ? \"is bad\" : null)]";

    public string FactoryBase { get; init; } = ": IBackendFactory";

    public string FactoryMembers { get; init; } = "";

    public string Create { get; init; } = "new Outcome<IBackend>(new Backend(context))";

    public string Describe { get; init; } = "new BackendDescription(\"fixture\", Capabilities.Volumes, FenceStrength.NodeFenceRequired)";

    public string Probe { get; init; } = "Good(new BackendHealth(HealthLevel.Ok, Version, []))";

    public string List { get; init; } = "Good<IReadOnlyList<Volume>>([])";

    public string Get { get; init; } = "Good(new Volume(volume, VolumeKind.Block, 1, null, null))";

    public string Delete { get; init; } = "Task.FromResult(Outcome.Done)";

    public string Dispose { get; init; } = "ValueTask.CompletedTask";

    public string BackendBase { get; init; } = "";

    public string BackendMembers { get; init; } = "";

    public string Types { get; init; } = "";

    public string Version { get; init; } = "1.0.0";

    public string Source => $$"""
        {{Usings}}

        namespace Fixture;

        public class Factory {{FactoryBase}}
        {
            public IReadOnlyList<BackendOption> Options => {{Options}};

            public Outcome<IBackend> Create(BackendContext context) => {{Create}};

            {{FactoryMembers}}
        }

        public sealed class Backend(BackendContext context) : IBackend, IVolumes {{BackendBase}}
        {
            public const string Version = "{{Version}}";

            public BackendContext Context => context;

            public BackendDescription Describe() => {{Describe}};

            public Task<Outcome<BackendHealth>> ProbeAsync(CancellationToken cancellation) => {{Probe}};

            public Task<Outcome<Volume>> CreateAsync(VolumeSpec spec, WriteGrant grant, CancellationToken cancellation) =>
                Good(new Volume(spec.Id, spec.Kind, spec.Bytes, null, null));

            public Task<Outcome<Volume>> ExpandAsync(VolumeId volume, long bytes, WriteGrant grant, CancellationToken cancellation) =>
                Good(new Volume(volume, VolumeKind.Block, bytes, null, null));

            public Task<Outcome> DeleteAsync(VolumeId volume, CancellationToken cancellation) => {{Delete}};

            public Task<Outcome<Volume>> GetAsync(VolumeId volume, CancellationToken cancellation) => {{Get}};

            public Task<Outcome<IReadOnlyList<Volume>>> ListAsync(CancellationToken cancellation) => {{List}};

            public ValueTask DisposeAsync() => {{Dispose}};

            private static Task<Outcome<T>> Good<T>(T value) => Task.FromResult(new Outcome<T>(value));

            private Task<Outcome<T>> Say<T>(Task<Outcome<T>> then) { context.Log.Write(Severity.Debug, "entered"); return then; }

            private static Task<Outcome<T>> Never<T>() => new TaskCompletionSource<Outcome<T>>().Task;

            private static async Task<Outcome<T>> Until<T>(CancellationToken cancellation)
            {
                await Task.Delay(Timeout.Infinite, cancellation);
                throw new InvalidOperationException("unreachable");
            }

            {{BackendMembers}}
        }

        {{Types}}
        """;
}
