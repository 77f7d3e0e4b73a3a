using System.Collections.Concurrent;

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

using NodeAgent.Contract;

namespace NodeAgent.Tests.Daemon.Plugins.Yard;

/// <summary>Compiles fixtures in the test, so that there are no fixture projects.</summary>
internal static class Compiler
{
    private static readonly Lazy<MetadataReference[]> Framework = new(() =>
        [.. Directory.EnumerateFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "*.dll")
            .Where(IsManaged)
            .Select(path => MetadataReference.CreateFromFile(path))]);

    private static readonly ConcurrentDictionary<string, byte[]> Done = new(StringComparer.Ordinal);

    /// <summary>The bytes of an assembly.</summary>
    public static byte[] Compile(
        string name, string source, string version = "1.0.0.0", bool withContract = true, bool isReference = false,
        params IEnumerable<byte[]> references)
    {
        byte[][] others = [.. references];
        var key = $"{name}|{version}|{withContract}|{isReference}|{others.Length}|{string.Join(',', others.Select(Hash))}|{source}";
        return Done.GetOrAdd(key, _ => Emit(name, source, version, withContract, isReference, others));
    }

    private static byte[] Emit(
        string name, string source, string version, bool withContract, bool isReference, byte[][] others)
    {
        var text = $"[assembly: System.Reflection.AssemblyVersion(\"{version}\")]\n"
            + (isReference ? "[assembly: System.Runtime.CompilerServices.ReferenceAssembly]\n" : "");
        var compilation = CSharpCompilation.Create(
            name,
            [CSharpSyntaxTree.ParseText(text), CSharpSyntaxTree.ParseText(source)],
            [
                .. Framework.Value,
                .. withContract ? [MetadataReference.CreateFromFile(typeof(IBackend).Assembly.Location)] : Array.Empty<MetadataReference>(),
                .. others.Select(bytes => MetadataReference.CreateFromImage(bytes)),
            ],
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true,
                nullableContextOptions: NullableContextOptions.Enable));
        using var stream = new MemoryStream();
        var result = compilation.Emit(stream, options: new EmitOptions(metadataOnly: isReference));
        if (!result.Success)
        {
            throw new InvalidOperationException(string.Join('\n', result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)));
        }

        return stream.ToArray();
    }

    private static string Hash(byte[] bytes) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes));

    private static bool IsManaged(string path)
    {
        using var file = File.OpenRead(path);
        using var image = new System.Reflection.PortableExecutable.PEReader(file);
        return image.HasMetadata;
    }
}
