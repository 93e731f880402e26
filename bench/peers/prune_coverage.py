"""Which share of the weights of matrices and windows Torch-Pruning can take channels from.

The same question that bench's GroupCoverage asks of the zoo's architectures:
    pip install torch torchvision torch-pruning
    python prune_coverage.py
"""

import torch
import torch_pruning
import torchvision

MODELS = {
    "resnet-18": torchvision.models.resnet18,
    "resnet-34": torchvision.models.resnet34,
    "resnet-50": torchvision.models.resnet50,
    "mobilenet-v2": torchvision.models.mobilenet_v2,
    "mobilenet-v3-small": torchvision.models.mobilenet_v3_small,
    "mobilenet-v3-large": torchvision.models.mobilenet_v3_large,
    "vit-base": torchvision.models.vit_b_16,
}


def output_layer(model):
    layers = [module for module in model.modules() if isinstance(module, torch.nn.Linear)]
    return layers[-1]


def coverage(model):
    graph = torch_pruning.DependencyGraph()
    graph.build_dependency(model, example_inputs=torch.randn(1, 3, 224, 224))
    covered = set()
    groups = 0
    for group in graph.get_all_groups(
        ignored_layers=[output_layer(model)],
        root_module_types=[torch.nn.Conv2d, torch.nn.Linear],
    ):
        groups += 1
        for dependency, _ in group:
            layer = dependency.target.module
            alone = isinstance(layer, torch.nn.Parameter)
            for parameter in [layer] if alone else layer.parameters():
                covered.add(id(parameter))
    weights = [parameter for parameter in model.parameters() if parameter.dim() > 1]
    total = sum(parameter.numel() for parameter in weights)
    inside = sum(parameter.numel() for parameter in weights if id(parameter) in covered)
    return groups, total, inside / total


if __name__ == "__main__":
    print("torch-pruning", torch_pruning.__version__, "torch", torch.__version__)
    for name, make in MODELS.items():
        try:
            groups, total, share = coverage(make(weights=None).eval())
            print(f"{name:20} {groups:3} groups {total / 1e6:7.2f} M weights {share:.3f} in groups")
        except Exception as error:  # a model that the tool cannot take is a result, too
            print(f"{name:20} failed: {type(error).__name__}: {str(error)[:120]}")
