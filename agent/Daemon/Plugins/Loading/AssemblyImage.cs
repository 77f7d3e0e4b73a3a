using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace NodeAgent.Daemon.Plugins.Loading;

/// <summary>What an assembly file says about itself, read without running or loading it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="IsReference">True for a reference assembly, which has no code.</param>
/// <param name="References">What it refers to.</param>
/// <param name="NativeLibraries">Native libraries that its methods import.</param>
internal sealed record AssemblyImage(
    string Name,
    Version Version,
    bool IsReference,
    IReadOnlyList<AssemblyName> References,
    IReadOnlyList<string> NativeLibraries)
{
    /// <summary>The image of a file; null if it holds no .NET assembly.</summary>
    public static AssemblyImage? TryRead(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            using var image = new PEReader(file);
            if (!image.HasMetadata)
            {
                return null;
            }

            var metadata = image.GetMetadataReader();
            return metadata.IsAssembly ? Read(metadata) : null;
        }
        catch (BadImageFormatException)
        {
            return null;
        }
    }

    private static AssemblyImage Read(MetadataReader metadata)
    {
        var definition = metadata.GetAssemblyDefinition();
        var references = metadata.AssemblyReferences
            .Select(handle => metadata.GetAssemblyReference(handle).GetAssemblyName());
        var natives = Enumerable.Range(1, metadata.GetTableRowCount(TableIndex.ModuleRef))
            .Select(row => MetadataTokens.ModuleReferenceHandle(row))
            .Select(handle => metadata.GetString(metadata.GetModuleReference(handle).Name))
            .Where(name => name.Length > 0);
        return new AssemblyImage(
            metadata.GetString(definition.Name),
            definition.Version,
            HasReferenceMark(metadata, definition),
            [.. references],
            [.. natives]);
    }

    private static bool HasReferenceMark(MetadataReader metadata, AssemblyDefinition definition) =>
        definition.GetCustomAttributes()
            .Select(handle => metadata.GetCustomAttribute(handle).Constructor)
            .Where(constructor => constructor.Kind == HandleKind.MemberReference)
            .Select(constructor => metadata.GetMemberReference((MemberReferenceHandle)constructor).Parent)
            .Where(parent => parent.Kind == HandleKind.TypeReference)
            .Select(parent => metadata.GetTypeReference((TypeReferenceHandle)parent).Name)
            .Any(name => metadata.StringComparer.Equals(name, "ReferenceAssemblyAttribute"));
}
